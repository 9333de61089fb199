import { spawn } from "node:child_process";
import { personEnvironment } from "../../person-environment.ts";
import type { Surroundings } from "../../surroundings.ts";

type Argv = readonly [string, ...string[]];

/** `-R` shows our colors; everything else that a terminal would obey was made visible before. */
const DEFAULT_PAGER: Argv = ["less", "-R"];

/**
 * The person's pager with its arguments: PAGER, else less. `undefined`: PAGER is empty or `cat`, which asks for none.
 */
export function pagerOf({ environment }: Pick<Surroundings, "environment">): Argv | undefined {
  const named = environment["PAGER"];
  if (named === undefined) return DEFAULT_PAGER;
  const [program, ...args] = named.trim().split(/\s+/);
  if (program === undefined || program === "" || program === "cat") return undefined;
  return [program, ...args];
}

/**
 * Shows a text in a pager until the person leaves it; resolves to false when it could not be started. No shell reads its
 * words, and less runs no programs (LESSSECURE): who may only plan by sudo gets no root shell by it.
 */
export async function runPager(
  [program, ...args]: Argv,
  text: string,
  surroundings: Pick<Surroundings, "environment">,
): Promise<boolean> {
  const { LESS } = surroundings.environment;
  const env = { ...personEnvironment(surroundings), LESSSECURE: "1", ...(LESS && { LESS }) };
  const child = spawn(program, args, { stdio: ["pipe", "inherit", "inherit"], env });
  // The terminal sends an interrupt to both; it is for the pager, which decides when to end.
  const stay = (): void => {};
  const end = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", stay).on("SIGTERM", end).on("SIGHUP", end);
  try {
    return await new Promise<boolean>((resolve) => {
      child.once("error", () => resolve(false)).once("close", () => resolve(true));
      // A person may leave before the end: what is left needs no reader.
      child.stdin.on("error", () => {}).end(text);
    });
  } finally {
    process.off("SIGINT", stay).off("SIGTERM", end).off("SIGHUP", end);
  }
}
