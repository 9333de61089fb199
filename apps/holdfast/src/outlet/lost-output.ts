import { EXIT_CODES, isSuccess } from "../exit-code.ts";
import type { Journal } from "../surroundings.ts";
import type { Outlet } from "./outlet.ts";

/** Our own streams. */
export interface Outlets {
  readonly stdout: Outlet;
  readonly stderr: Outlet;
}

/** sd-daemon(3): the priority of an error. */
const ERROR_PRIORITY = "<3>";
/** Says on standard error, once and in one line, that standard output cannot be written; that its reader went away is no error. */
export function reportLoss({ stdout, stderr }: Outlets, journal: Journal): void {
  let isReported = false;
  stdout.listen((failure) => {
    if (failure === undefined || failure.isReaderGone || isReported) return;
    isReported = true;
    const priority = journal.stderr ? ERROR_PRIORITY : "";
    stderr.write(
      `${priority}error: the output cannot be written: ${failure.why} (${failure.code})\n`,
    );
  });
}

/** The exit code of a command that would end with `code`: what was not written makes a success an error. */
export function codeWithLoss(code: number, { stdout, stderr }: Outlets): number {
  const isLost = stdout.loss !== undefined || stderr.loss !== undefined;
  return isLost && isSuccess(code) ? EXIT_CODES.error.plain : code;
}
