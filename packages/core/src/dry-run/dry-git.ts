import { Fault } from "../fault/fault.ts";
import type { GitReader, GitWriter } from "../ports/git.ts";
import { type FilePlace, refuseParent } from "./refuse-parent.ts";

/** Reads as ever, and refuses a place that is neither empty nor a checkout; then it ends the dry run. */
export function dryGit(git: GitReader, at: FilePlace): GitWriter {
  const { run } = at;
  return {
    ...git,
    checkOut: async ({ place, target, submodules }, signal) => {
      const { path } = place;
      const found = await git.observe({ place, target, submodules }, signal);
      if (found.type === "other") {
        run.refuse(
          placeTaken("WrongType", `${path} is a ${found.what}, not a checkout`),
          `path:${path}`,
        );
      }
      if (found.type === "directory" && !found.isEmpty) {
        run.refuse(
          placeTaken("DirectoryNotEmpty", `${path} holds files and no repository`),
          `path:${path}`,
        );
      }
      await refuseParent(path, at, signal);
      return run.stop();
    },
    removeCheckout: async () => run.stop(),
  };
}

function placeTaken(reason: "WrongType" | "DirectoryNotEmpty", message: string): Fault {
  return new Fault({
    reason,
    message,
    resolution: "Move it out of the way, or name another directory.",
  });
}
