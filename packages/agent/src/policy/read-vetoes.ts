import { constants } from "node:fs";
import { open, opendir } from "node:fs/promises";
import { join } from "node:path";
import { readVeto, type Veto, type VetoFile } from "@holdfast/core";

/** Of more files only so many are read: one is enough to wait. */
const MOST_FILES = 100;
const MOST_BYTES = 4096;

/**
 * Reads the vetoes in a directory; without it there are none. What cannot be read counts as one that was put down now: who
 * cannot tell whether somebody must not be disturbed disturbs nobody.
 */
export async function readVetoes(directory: string, nowMs: number): Promise<readonly Veto[]> {
  try {
    const names = await namesIn(directory);
    const files = await Promise.all(names.map((name) => readOne(directory, name)));
    return files.flatMap((file) => (file === undefined ? [] : [readVeto(file)]));
  } catch (error) {
    if (isMissing(error)) return [];
    return [readVeto({ name: "", text: undefined, modifiedMs: nowMs })];
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(directory)) {
    if (names.length >= MOST_FILES) break;
    if (!name.startsWith(".")) names.push(name);
  }
  return names.toSorted();
}

/** `undefined` when it is gone meanwhile, or is a directory. A link, a FIFO or a device is not read. */
async function readOne(directory: string, name: string): Promise<VetoFile | undefined> {
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
    await using file = await open(join(directory, name), flags);
    const entry = await file.stat();
    if (entry.isDirectory()) return undefined;
    const { mtimeMs: modifiedMs } = entry;
    if (!entry.isFile()) return { name, text: undefined, modifiedMs };
    const buffer = Buffer.alloc(MOST_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, 0);
    return { name, text: buffer.toString("utf8", 0, bytesRead), modifiedMs };
  } catch (error) {
    if (isMissing(error) || isLink(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}

function isLink(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ELOOP";
}
