import { Fault, type PackageLockHolder, shownText } from "@holdfast/core";

/** Of what a tool said, so much is repeated. */
const MOST_LINES = 6;
const MOST_CHARACTERS = 600;

/** The database is no source of truth now. */
export function unreadable(what: string, why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "PackageDatabaseUnreadable",
    message: `the package database cannot be read: ${what} ${why}`,
    resolution: "Check it with the package tool itself; nothing is installed or removed meanwhile.",
    cause,
  });
}

/** A name that is none: nothing is asked about it. */
export function noName(name: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(name.slice(0, 80))} is not the name of a package`,
    resolution: "Write the exact name, with :architecture for one that is not the host's own.",
  });
}

/** Somebody else works with the database. */
export function locked(holder: PackageLockHolder, waitedMs: number): Fault {
  return new Fault({
    reason: "PackagesLocked",
    message: `${shownHolder(holder)} holds ${holder.path}, and did not let go within ${Math.round(waitedMs / 1_000)} s`,
    resolution: "Wait until it has ended, or find out what it waits for.",
  });
}

/** `apt-get (pid 12)`, as far as it is known. */
export function shownHolder({ program, pid }: PackageLockHolder): string {
  if (pid === undefined) return "some program";
  return `${program ?? "a program"} (pid ${pid})`;
}

/** The last lines that a tool said, for a message: what it asked of a terminal, and its progress, are left out. */
export function shownOutput(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^\(?Reading |^Building dependency/.test(line));
  return shownText(lines.slice(-MOST_LINES).join(" | "), MOST_CHARACTERS);
}
