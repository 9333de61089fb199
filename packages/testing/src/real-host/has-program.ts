import { existsSync } from "node:fs";
import { join } from "node:path";

const DIRECTORIES = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Whether a program is installed on this machine. */
export function hasProgram(name: string): boolean {
  return DIRECTORIES.some((directory) => existsSync(join(directory, name)));
}
