import { Fault, type FileWriteRequest, sleep } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { isSameInode } from "../file-entry.ts";
import { type OpenedFile, openSame } from "../read/local-reader.ts";
import type { WritePlace, WriteTools } from "./with-place.ts";

/** More than that is not carried over: the file is read and edited again. */
const MOST_APPENDED_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
/** For what is appended while it is read. */
const ROOM_BYTES = 4096;
/** A program that appends has the file open for microseconds, or on a busy machine for some turns of others. */
const WAIT_MS = 5;
/** One that keeps it open for longer loses it in any case, as with every program that replaces files whole. */
const MOST_WAITS = 20;
/** The file is replaced by then: who stops now would lose what others wrote. */
const UNSTOPPED: AbortSignal = new AbortController().signal;

/**
 * The file from whose bytes new content was made, which others may write at the same time. Between reading it and replacing
 * it lies at least one write to the disk, so that whatever others write meanwhile would be lost. It is compared just before
 * the rename, and held open until after it, because a rename takes its time too and a program may have opened the file
 * before it.
 *
 * What was only appended is put behind the new content: the file is then as if it had been appended a moment later. So a
 * program that appends all the time keeps nobody from editing its file.
 */
export class ExpectedFile implements Disposable {
  readonly #tools: WriteTools;
  readonly #place: WritePlace;
  readonly #request: FileWriteRequest;
  readonly #expects: Uint8Array;
  #replaced: OpenedFile | undefined;
  #made: FileStat | undefined;
  #carried = 0;

  constructor(
    tools: WriteTools,
    place: WritePlace,
    { request, expects }: { readonly request: FileWriteRequest; readonly expects: Uint8Array },
  ) {
    this.#tools = tools;
    this.#place = place;
    this.#request = request;
    this.#expects = expects;
  }

  /**
   * Just before the temporary file takes the place of the expected one.
   * @throws {Fault} ChangedMeanwhile.
   */
  async beforeRename(temporary: string): Promise<void> {
    const { calls } = this.#tools;
    const { directory } = this.#place;
    this.#made = calls.lookup(directory.handle, temporary);
    if (this.#place.stat === undefined && this.#expects.length === 0) {
      if (calls.lookup(directory.handle, this.#place.name) !== undefined) throw this.changed();
      return;
    }
    this.#replaced = this.#open();
    // A shell has emptied the file and is about to write all of it: whatever is made of nothing would come twice.
    const isEmptied = this.#expects.length === 0;
    if (isEmptied && !(await this.#writersGone(this.#replaced.file))) throw this.changed();
    const appended = appendedTo(calls, this.#replaced.file, this.#expects);
    if (appended === undefined) throw this.changed();
    if (appended.length === 0) return;
    if (!this.#takesMore()) throw this.changed();
    // The rest of a line that is not whole yet comes with the late bytes.
    const lines = appended.subarray(0, appended.lastIndexOf(NEWLINE) + 1);
    await appendAll(calls, { ...this.#place, name: temporary }, lines, this.#made);
    this.#carried = lines.length;
  }

  /**
   * After it: lines that arrived in the last moment are put into the new file. Returns all that others have there by now where
   * it is more than that: the caller puts it back, and it is edited again.
   */
  async afterRename(): Promise<Uint8Array | undefined> {
    if (this.#replaced === undefined) return undefined;
    const { calls, log } = this.#tools;
    const { file } = this.#replaced;
    const isOver = await this.#writersGone(file);
    const bytes = allBytes(calls, file, this.#expects.length + MOST_APPENDED_BYTES);
    const late = bytes && behind(bytes, this.#expects)?.subarray(this.#carried);
    if (late?.length === 0 && this.#carried === 0) return undefined;
    const mayFollow = late !== undefined && (late.length === 0 || this.#takesMore());
    if (mayFollow && (await appendAll(calls, this.#place, late, this.#made))) return undefined;
    if (!mayFollow && isOver && bytes !== undefined && this.#isInPlace()) return bytes;
    log.warn(
      `another program wrote to ${this.#place.path} in the moment in which it was replaced: what it wrote is not in the file`,
    );
    return undefined;
  }

  /** A program that opened the file before the rename may still be about to write. Returns whether none has it open. */
  async #writersGone(file: number): Promise<boolean> {
    const { calls, clock, writerCheck } = this.#tools;
    const hasWriter = await writerCheck();
    if (hasWriter === undefined) return true;
    for (let count = 0; count < MOST_WAITS; count++) {
      // The check keeps others from opening a file for a moment: only one that nobody can open, or that is empty, is checked.
      const { nlink, size } = calls.stat(file);
      if ((nlink > 0 && size > 0) || !hasWriter(file)) return true;
      await sleep(clock, WAIT_MS, UNSTOPPED);
    }
    return false;
  }

  /** The file that was made is still at its place. */
  #isInPlace(): boolean {
    const { directory, name } = this.#place;
    const found = this.#tools.calls.lookup(directory.handle, name);
    return found !== undefined && this.#made !== undefined && isSameInode(found, this.#made);
  }

  [Symbol.dispose](): void {
    if (this.#replaced !== undefined) this.#tools.calls.close(this.#replaced.file);
    this.#replaced = undefined;
  }

  /** Its owner and mode, which the new file has, must be those of when the write began. */
  #open(): OpenedFile {
    const { calls } = this.#tools;
    const { stat } = this.#place;
    const opened = stat && openSame(calls, this.#place, stat);
    if (stat === undefined || opened === undefined) throw this.changed();
    const { mode, uid, gid } = opened.stat;
    if (mode === stat.mode && uid === stat.uid && gid === stat.gid) return opened;
    calls.close(opened.file);
    throw this.changed();
  }

  /**
   * Whether more lines may follow: a check has not seen them, a line that nothing ends would go on, and the first bytes of
   * a file are no more lines of it.
   */
  #takesMore(): boolean {
    const { content, validate } = this.#request;
    const isBegun = this.#expects.length > 0;
    return validate === undefined && isBegun && endsLine(this.#expects) && endsLine(content);
  }

  /** The file is another one than was expected. */
  changed(): Fault {
    const { path } = this.#place;
    return new Fault({
      reason: "ChangedMeanwhile",
      message: `another program changed ${path} each time while it was edited; nothing was written`,
      resolution: "Find the program that keeps changing the file.",
    });
  }
}

/** What is behind the expected bytes in a file; `undefined` when it does not begin with them, or when it is too much. */
function appendedTo(calls: FileCalls, file: number, expects: Uint8Array): Uint8Array | undefined {
  const bytes = allBytes(calls, file, expects.length + MOST_APPENDED_BYTES);
  return bytes && behind(bytes, expects);
}

/** What follows the expected bytes; `undefined` where these are not how it begins. */
function behind(bytes: Uint8Array, expects: Uint8Array): Uint8Array | undefined {
  if (bytes.length < expects.length) return undefined;
  const isSame = Buffer.compare(bytes.subarray(0, expects.length), expects) === 0;
  return isSame ? bytes.subarray(expects.length) : undefined;
}

/** Read to its end, which may move while it is read: half of a line would be torn from its other half. */
function allBytes(calls: FileCalls, file: number, mostBytes: number): Uint8Array | undefined {
  const { size } = calls.stat(file);
  for (let room = size + ROOM_BYTES; room <= mostBytes + ROOM_BYTES; room *= 2) {
    const bytes = new Uint8Array(room);
    const length = fill(calls, file, bytes);
    if (length < room) return bytes.subarray(0, length);
  }
  return undefined;
}

function fill(calls: FileCalls, file: number, bytes: Uint8Array): number {
  let length = 0;
  while (length < bytes.length) {
    const range = { offset: length, length: bytes.length - length, position: length };
    const count = calls.readNow(file, bytes, range);
    if (count === 0) break;
    length += count;
  }
  return length;
}

/** Returns whether the file that was made is there, and has it now. */
async function appendAll(
  calls: FileCalls,
  { directory, name }: Pick<WritePlace, "directory" | "name">,
  bytes: Uint8Array,
  made: FileStat | undefined,
): Promise<boolean> {
  const found = calls.lookup(directory.handle, name);
  if (found === undefined || made === undefined || !isSameInode(found, made)) return false;
  const handle = calls.openPath(directory.handle, name);
  try {
    if (!isSameInode(calls.stat(handle), made)) return false;
    for (let at = 0; at < bytes.length; ) at += await calls.append(handle, bytes.subarray(at));
    await calls.syncPath(handle);
    return true;
  } finally {
    calls.close(handle);
  }
}

function endsLine(content: FileWriteRequest["content"]): boolean {
  if (!(content instanceof Uint8Array)) return false;
  return content.length === 0 || content.at(-1) === NEWLINE;
}
