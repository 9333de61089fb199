import { Fault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";

/** A directory that cannot be watched, by the reason that a person can do something about. */
export function watchFault(path: string, error: unknown): Fault {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "ENOMEM") {
    return failed(
      `${path} cannot be watched: the kernel allows no more watches`,
      "Raise fs.inotify.max_user_watches with sysctl, or declare fewer directories.",
      error,
    );
  }
  if (code === "EMFILE" || code === "ENFILE") {
    return failed(
      `${path} cannot be watched: the kernel allows no more inotify instances or open files`,
      "Raise fs.inotify.max_user_instances (and fs.inotify.max_user_watches) with sysctl, or ulimit -n.",
      error,
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return failed(`${path} cannot be watched: ${why}`, "Check the path and its file system.", error);
}

/** The directory that everything is inside is gone. */
export function rootGoneFault(root: string): Fault {
  return failed(`the root ${root} is not a directory any more`, "Put it back.");
}

/** A watch that was asked for something is over. */
export function endedFault(): Fault {
  return failed("the watch has ended", "None; it is started again.");
}

/** Our own touch was not noticed. */
export function silentFault(path: string, afterMs: number): Fault {
  return failed(
    `the watch went silent: a touch of ${path} was not noticed within ${afterMs} ms`,
    "None; it is started again. If this repeats, report the kernel and the file system.",
  );
}

/** Our own touch could not be made. */
export function canaryFault(path: string, error: unknown): Fault {
  const why = error instanceof Error ? error.message : String(error);
  return failed(
    `the watch cannot be checked: ${path} cannot be touched: ${why}`,
    "Make the directory writable for the agent.",
    error,
  );
}

function failed(message: string, resolution: string, cause?: unknown): Fault {
  return new Fault({ reason: "WatchFailed", message, resolution, cause });
}
