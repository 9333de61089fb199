import { lstat } from "node:fs/promises";

/** Whether nothing is there. A link to nowhere is there: somebody meant it to say something. */
export async function isAbsent(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // What may not be seen is for reading it to report.
    return code === "ENOENT" || code === "ENOTDIR";
  }
}
