import { existsSync, realpathSync } from "node:fs";
import { basename, join } from "node:path/posix";
import { systemEnvironment } from "../processes/system-environment.ts";

/** From util-linux; the kernel then kills the program when whoever started it dies, however that dies. */
const SETPRIV = ["setpriv", "--pdeathsig", "KILL"] as const;

/**
 * The words that run a program of the system so that it does not outlive us, also when we are killed. Where that cannot
 * be had, and for a program that is not there, the words as they are.
 */
export function dyingWithUs(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const setpriv = placeOf(SETPRIV[0]);
  const isOurs = setpriv !== undefined && basename(realpathSync(setpriv)) !== "busybox";
  return isOurs && placeOf(argv[0]) !== undefined ? [...SETPRIV, ...argv] : argv;
}

function placeOf(program: string): string | undefined {
  const places = (systemEnvironment["PATH"] ?? "").split(":");
  return places.map((directory) => join(directory, program)).find((path) => existsSync(path));
}
