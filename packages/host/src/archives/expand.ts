import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  constants,
  createGunzip,
  createInflateRaw,
  createZstdDecompress,
  gunzipSync,
  inflateRawSync,
  zstdDecompressSync,
} from "node:zlib";
import { Fault } from "@holdfast/core";
import { invalidArchive } from "./archive-faults.ts";

/** How bytes are compressed: a whole tar archive, or, by `deflate`, one entry of a zip archive. */
export type Compression = "none" | "deflate" | "gzip" | "zstd" | "xz" | "bzip2";

/**
 * Makes expanded bytes of compressed ones, as they are taken.
 * @throws {Fault} while they are taken: CommandNotFound, ArchiveInvalid. @throws {Error} what zlib says.
 */
export type Expand = (
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  signal: AbortSignal,
) => AsyncIterable<Uint8Array>;

/** The largest window a zstd archive may ask for: 128 MiB, the most that `zstd` takes by default. */
const ZSTD_PARAMETERS = { [constants.ZSTD_d_windowLogMax]: 27 };

const PROGRAMS = {
  // The maker of an archive also decides how much memory its reader needs.
  xz: { argv: ["xz", "-dc", "--memlimit-decompress=256MiB"], debianPackage: "xz-utils" },
  bzip2: { argv: ["bzip2", "-dc"], debianPackage: "bzip2" },
} as const;

const PROGRAM_ENVIRONMENT = { LC_ALL: "C.UTF-8", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
const MAX_WORDS = 500;

/** Expands in threads and, for what Node cannot, in programs of the machine; no more is in memory than a chunk or a window. */
export const expandInStreams: Expand = (chunks, compression, signal) => {
  switch (compression) {
    case "none":
      return chunks;
    case "deflate":
      return through(chunks, createInflateRaw(), signal);
    case "gzip":
      return through(chunks, createGunzip(), signal);
    case "zstd":
      return through(chunks, createZstdDecompress({ params: ZSTD_PARAMETERS }), signal);
    default:
      return throughProgram(chunks, compression, signal);
  }
};

/** Most that is expanded at once. */
const MAX_AT_ONCE_BYTES = 64 * 1024 * 1024;

/** Expands in memory, in one call: for machines whose time is simulated, and where no program can be run. */
export const expandAtOnce: Expand = async function* expandAtOnce(chunks, compression) {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    if (compression === "none") yield chunk;
    else parts.push(chunk.slice());
  }
  if (compression === "none") return;
  const bytes = Buffer.concat(parts);
  const bound = { maxOutputLength: MAX_AT_ONCE_BYTES };
  if (compression === "deflate") yield inflateRawSync(bytes, bound);
  else if (compression === "gzip") yield gunzipSync(bytes, bound);
  else if (compression === "zstd") yield zstdDecompressSync(bytes, bound);
  else throw noProgram(compression);
};

async function* through(
  chunks: AsyncIterable<Uint8Array>,
  stream: Duplex,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const fed = pipeline(Readable.from(chunks), stream, { signal });
  // Its failure destroys the stream, and so is thrown below.
  const settled = fed.catch(() => {});
  try {
    for await (const chunk of stream) yield chunk;
  } finally {
    stream.destroy();
    await settled;
  }
}

async function* throughProgram(
  chunks: AsyncIterable<Uint8Array>,
  name: keyof typeof PROGRAMS,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const [program, ...args] = PROGRAMS[name].argv;
  const child = spawn(program, args, { env: PROGRAM_ENVIRONMENT, cwd: "/", stdio: "pipe" });
  const fault = faultAtEnd(child, name);
  try {
    const ends = { readable: child.stdout, writable: child.stdin };
    yield* through(chunks, Duplex.from(ends), signal);
  } catch (error) {
    // A program that says no closes its end, and what that breaks is not why.
    child.kill("SIGKILL");
    throw (await fault) ?? error;
  } finally {
    child.kill("SIGKILL");
    await fault;
  }
  const atEnd = await fault;
  if (atEnd !== undefined) throw atEnd;
}

/** What the program found wrong, once it has ended; `undefined` when nothing, or when it was killed. Never rejects. */
async function faultAtEnd(
  child: ChildProcessWithoutNullStreams,
  name: keyof typeof PROGRAMS,
): Promise<Fault | undefined> {
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-MAX_WORDS);
  });
  child.stdin.on("error", () => {});
  const { promise, resolve } = Promise.withResolvers<Fault | number | null>();
  child.once("error", () => resolve(noProgram(name)));
  child.once("close", resolve);
  const end = await promise;
  if (end instanceof Fault) return end;
  if (end === 0 || end === null) return undefined;
  return invalidArchive(`${name} says ${words.trim() || "nothing"}`);
}

function noProgram(name: keyof typeof PROGRAMS): Fault {
  return new Fault({
    reason: "CommandNotFound",
    message: `the archive is compressed by ${name}, and this machine has no program ${name}`,
    resolution: `Install it (package:${PROGRAMS[name].debianPackage} on Debian), or use gzip or zstd.`,
  });
}
