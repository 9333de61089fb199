import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, Fault } from "@holdfast/core";

/** How often it is observed while something waits. */
const EVERY_MS = 500;
const NAME = /^[0-9a-f]{16}$/;
/** Stands for all of them. */
const ALL = "all";

/**
 * How a person confirms changes of an apply, which answers no questions: by a file in the agent's own directory, that only its
 * user can write.
 */
export const ConfirmFiles = {
  /** Says what is confirmed, as long as it is not disposed. What was left by an earlier run says nothing. */
  watch(
    { clock, runDirectory }: { readonly clock: Clock; readonly runDirectory: string },
    onConfirm: (ops: readonly string[] | undefined) => void,
  ): Disposable {
    const directory = directoryIn(runDirectory);
    take(directory);
    let cancel = (): void => {};
    const observe = (): void => {
      const names = take(directory);
      if (names.includes(ALL)) onConfirm(undefined);
      else if (names.length > 0) onConfirm(names);
      cancel = clock.schedule(EVERY_MS, observe);
    };
    cancel = clock.schedule(EVERY_MS, observe);
    return { [Symbol.dispose]: () => cancel() };
  },

  /**
   * Confirms changes of the apply that runs, by default all.
   * @throws {Fault} UsageInvalid, for what is no name of a change.
   */
  write(runDirectory: string, ops: readonly string[] | undefined): void {
    const wrong = ops?.find((op) => !NAME.test(op));
    if (wrong !== undefined) throw noName(wrong);
    const directory = directoryIn(runDirectory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const op of ops ?? [ALL]) writeFileSync(join(directory, op), "", { mode: 0o600 });
  },
} as const;

function noName(op: string): Fault {
  return new Fault({
    reason: "UsageInvalid",
    message: `${JSON.stringify(op)} is no name of a change`,
    resolution: "Write the 16 digits that apply shows, or nothing for all.",
  });
}

function directoryIn(runDirectory: string): string {
  return join(runDirectory, "confirm");
}

function take(directory: string): readonly string[] {
  const names = namesIn(directory).filter((name) => name === ALL || NAME.test(name));
  for (const name of names) rmSync(join(directory, name), { force: true });
  return names;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Nobody has confirmed anything yet.
    return [];
  }
}
