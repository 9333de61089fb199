import { hash } from "node:crypto";
import {
  ABSENT,
  Fault,
  type FileReading,
  type FileReadRequest,
  type Observation,
  present,
} from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoOf } from "../errno-fault.ts";
import { fileEntry, isLink, isRegular, isSameInode } from "../file-entry.ts";
import type { Located, Pass } from "../walk/pass.ts";
import { Slab } from "./slab.ts";

/** Longer files are read in chunks, with other work in between. */
export const SHORT_BYTES = 1024 * 1024;
/** What is read of a file whose request does not say. */
export const DEFAULT_MAX_BYTES = 1024 * 1024;
/** How often a file that is replaced while it is opened is read again. */
const MAX_OBSERVATIONS = 3;

/** An answer, or why there is none yet. */
export type LocalAnswer =
  | Observation<FileReading>
  | { readonly type: "long" }
  | { readonly type: "remote"; readonly mountPoint: string };

const LONG: LocalAnswer = { type: "long" };

type Place = Located & { readonly type: "place" };

/** Reads what can be read at once: everything local but the content of long files. Only regular files are opened. */
export class LocalReader {
  readonly #calls: FileCalls;
  readonly #pass: Pass;
  readonly #slab = new Slab();

  constructor(calls: FileCalls, pass: Pass) {
    this.#calls = calls;
    this.#pass = pass;
  }

  /** @throws an errno error or a {Fault}, for this path only. */
  read(request: FileReadRequest): LocalAnswer {
    for (let observe = 0; observe < MAX_OBSERVATIONS; observe++) {
      const located = this.#pass.locate(request.path, request.followLink === true);
      if (located.type === "missing") return ABSENT;
      if (located.type === "remote") return located;
      if (located.stat === undefined) return ABSENT;
      const answer = this.#observe(request, located, located.stat);
      if (answer !== undefined) return answer;
    }
    throw changesTooFast(request.path);
  }

  #observe(request: FileReadRequest, place: Place, stat: FileStat): LocalAnswer | undefined {
    if (isLink(stat)) {
      const linkTarget = this.#calls.readLink(place.directory.handle, place.name);
      return present({ entry: fileEntry(stat), linkTarget });
    }
    if (request.content === "none" || !isRegular(stat)) return present({ entry: fileEntry(stat) });
    if (request.content === "bytes" && stat.size > (request.maxBytes ?? DEFAULT_MAX_BYTES))
      return present({ entry: fileEntry(stat) });
    if (stat.size > SHORT_BYTES) return LONG;
    const opened = openSame(this.#calls, place, stat);
    if (opened === undefined) return undefined;
    try {
      return this.#content(request, opened);
    } finally {
      this.#calls.close(opened.file);
    }
  }

  #content(request: FileReadRequest, { file, stat }: OpenedFile): LocalAnswer {
    const entry = fileEntry(stat);
    const bytes = this.#slab.fill(stat.size, SHORT_BYTES, (into, range) =>
      this.#calls.readNow(file, into, range),
    );
    // Longer than it said: files of /proc say nothing of their size, others have grown.
    if (bytes === undefined) return LONG;
    if (request.content === "sha256")
      return present({ entry, sha256: hash("sha256", bytes, "hex") });
    if (bytes.length > (request.maxBytes ?? DEFAULT_MAX_BYTES)) return present({ entry });
    this.#slab.keep(bytes.length);
    return present({ entry, bytes });
  }
}

/** An open file, and what it was when it was opened. */
export interface OpenedFile {
  readonly file: number;
  readonly stat: FileStat;
}

/**
 * Opens a regular file and makes sure that it is the one that was observed; `undefined` when something else is there
 * by now.
 */
export function openSame(
  calls: FileCalls,
  place: Pick<Place, "directory" | "name">,
  seen: FileStat,
): OpenedFile | undefined {
  let file: number;
  try {
    file = calls.openFile(place.directory.handle, place.name);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ELOOP") return undefined;
    throw error;
  }
  let isKept = false;
  try {
    const stat = calls.stat(file);
    if (!isRegular(stat) || !isSameInode(stat, seen)) return undefined;
    isKept = true;
    return { file, stat };
  } finally {
    if (!isKept) calls.close(file);
  }
}

/** For a path that was replaced each time it was opened. */
export function changesTooFast(path: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `cannot read ${path}: it was replaced each time while it was opened`,
    resolution: "Find the program that keeps replacing the file.",
  });
}
