import { constants } from "node:fs";
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../../system/error-code.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
const MOST_OUTPUT_BYTES = 64 * 1024;
const OUTPUT = ".output";
const RECORD = ".task";
const INPUT = ".input";

/**
 * A directory of the agent's own in which each task has a file for its output, because a pipe would end with us, and
 * perhaps a record of how it is found again. It is best on a file system that a boot empties.
 */
export class TaskFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  outputPath(task: string): string {
    return join(this.#directory, `${task}${OUTPUT}`);
  }

  /** Makes an empty file for the output, which only root reads: scripts of packages may say anything. */
  async createOutput(task: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await rm(this.outputPath(task), { force: true });
    const file = await open(this.outputPath(task), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
    await file.close();
  }

  /** The end of what a task said; empty when it said nothing, or is not known. */
  async output(task: string): Promise<string> {
    const file = await this.#open(task);
    if (file === undefined) return "";
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, MOST_OUTPUT_BYTES));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes.subarray(0, bytesRead).toString("utf8");
    } finally {
      await file.close();
    }
  }

  /** Puts what a task reads into a file, and says where that is; nothing is `/dev/null`. */
  async writeInput(task: string, input: string | undefined): Promise<string> {
    if (input === undefined) return "/dev/null";
    const path = join(this.#directory, `${task}${INPUT}`);
    await writeFile(path, input, { mode: 0o600 });
    return path;
  }

  async writeRecord(task: string, record: string): Promise<void> {
    await writeFile(join(this.#directory, `${task}${RECORD}`), record, { mode: 0o600 });
  }

  async record(task: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#directory, `${task}${RECORD}`), "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Every task that has a file here. */
  async tasks(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.#directory);
      const outputs = names.filter((name) => name.endsWith(OUTPUT));
      return outputs.map((name) => name.slice(0, -OUTPUT.length));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  }

  async remove(task: string): Promise<void> {
    for (const suffix of [OUTPUT, RECORD, INPUT]) {
      await rm(join(this.#directory, `${task}${suffix}`), { force: true });
    }
  }

  async #open(task: string) {
    try {
      return await open(this.outputPath(task), O_RDONLY | O_NOFOLLOW);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }
}
