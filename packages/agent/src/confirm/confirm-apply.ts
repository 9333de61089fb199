import { ownPathsUnder } from "../open/own-paths.ts";
import { ConfirmFiles } from "./confirm-files.ts";

/**
 * Confirms changes of the apply that is at work on a root, by default all.
 * @throws {Fault} PathUnsafe, when a link leads out of the root.
 */
export async function confirmApply(
  root: string,
  ops: readonly string[] | undefined,
): Promise<void> {
  const { runDirectory } = await ownPathsUnder(root, "agent");
  ConfirmFiles.write(runDirectory, ops);
}
