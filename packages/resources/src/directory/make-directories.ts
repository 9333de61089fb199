import type { WriteContext } from "@holdfast/core";

/** Makes those of the directories that are missing, root's with mode 0755: the outer ones are to be named first. */
export async function makeDirectories(
  paths: readonly string[],
  { host, signal }: WriteContext,
): Promise<void> {
  for (const path of paths) {
    const found = await host.files.read({ path, content: "none" }, signal);
    if (found.type === "unknown") throw found.fault;
    if (found.type === "absent") await host.files.makeDirectory({ path }, signal);
  }
}
