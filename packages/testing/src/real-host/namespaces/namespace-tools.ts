import { spawnSync } from "node:child_process";
import { realClock } from "@holdfast/host";

/** A hint of a real watch comes within this, also on a busy machine. */
const HINT_MS = 5_000;

/** Kills every process of this name in the network namespace of another one, and nothing else. */
export function killIn(pid: number, name: string): void {
  const script = `for one in /proc/[0-9]*; do
    [ "$(readlink $one/ns/net)" = "$(readlink /proc/$1/ns/net)" ] || continue
    [ "$(cat $one/comm)" = "$2" ] && kill -KILL "\${one#/proc/}"
  done; true`;
  spawnSync("sh", ["-c", script, "sh", String(pid), name], { stdio: "ignore" });
}

/** Waits until it is so. @returns false when it is not within what a watch may take. */
export async function untilHinted(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await new Promise<void>((resolve) => realClock.schedule(1, resolve));
  }
  return true;
}
