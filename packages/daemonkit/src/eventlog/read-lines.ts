import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { type LogLine, readLogLines } from "../appendlog/read-lines.ts";
import { fileFault, unsafeFault } from "../files/own-directory.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/**
 * Reads a regular file line by line, as bytes.
 * @throws {DaemonFault} NotFound, PathUnsafe, FileFailed; the fault of the signal.
 */
export async function* readLines(path: string, signal: AbortSignal): AsyncGenerator<LogLine> {
  await using handle = await openRegular(path);
  const read = async (fromBytes: number, lengthBytes: number): Promise<Uint8Array> => {
    try {
      const bytes = new Uint8Array(lengthBytes);
      const { bytesRead } = await handle.read(bytes, 0, lengthBytes, fromBytes);
      return bytes.subarray(0, bytesRead);
    } catch (error) {
      throw fileFault(path, error);
    }
  };
  for await (const lines of readLogLines({ read }, signal)) yield* lines;
}

async function openRegular(path: string) {
  try {
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    throw fileFault(path, error);
  }
  throw unsafeFault(path, "it is no regular file", "Name the event log itself.");
}
