import { CallRefused } from "@holdfast/host";

/** An error that a simulated systemd answers with, by the last word of its name. */
export function refused(word: string, message: string): CallRefused {
  return new CallRefused(`org.freedesktop.systemd1.${word}`, message);
}
