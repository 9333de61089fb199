import type { FileWriter } from "@holdfast/core";

/** The files of a commit: their content by path. */
export type Files = ReadonlyMap<string, string>;

/** Of a zlib stream that is not compressed: its header and that of its block, and the sum at its end. */
const STORED_HEADER_BYTES = 7;
const STORED_FOOTER_BYTES = 4;

/**
 * The objects of a repository of the simulated machine, in the form that git itself stores: whole, loose and, as in the sample
 * repository, not compressed.
 */
export class ObjectStore {
  readonly #files: FileWriter;
  readonly #directory: string;
  /** An object never changes, so one call of the port reads it once. */
  readonly #known = new Map<string, StoredObject>();

  constructor(files: FileWriter, gitDirectory: string) {
    this.#files = files;
    this.#directory = `${gitDirectory}/objects`;
  }

  /** The ids of all objects, sorted. */
  async ids(signal: AbortSignal): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const start of await this.#list(this.#directory, signal))
      for (const rest of await this.#list(`${this.#directory}/${start}`, signal))
        ids.push(start + rest);
    return ids;
  }

  /** The bytes of an object as they are stored; `undefined` where there is none. */
  async bytes(id: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const path = `${this.#directory}/${id.slice(0, 2)}/${id.slice(2)}`;
    const found = await this.#files.read({ path, content: "bytes" }, signal);
    if (found.type === "unknown") throw found.fault;
    return found.type === "present" ? found.value.bytes : undefined;
  }

  /** The commit that an id names, itself or as a tag does; `undefined` where that is not here. */
  async commitOf(id: string, signal: AbortSignal): Promise<string | undefined> {
    const object = await this.#object(id, signal);
    if (object?.type === "commit") return id;
    const target = object?.type === "tag" ? /^object (\S+)/.exec(object.body)?.[1] : undefined;
    return target === undefined ? undefined : this.commitOf(target, signal);
  }

  /** The files of a commit; `undefined` where an object of it is missing. */
  async filesOf(commit: string, signal: AbortSignal): Promise<Files | undefined> {
    const object = await this.#object(commit, signal);
    const tree = object?.type === "commit" ? /^tree (\S+)/.exec(object.body)?.[1] : undefined;
    if (tree === undefined) return undefined;
    const files = new Map<string, string>();
    return (await this.#walk(tree, "", files, signal)) ? files : undefined;
  }

  async #walk(
    tree: string,
    prefix: string,
    files: Map<string, string>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const object = await this.#object(tree, signal);
    if (object?.type !== "tree") return false;
    for (const [, mode, name, id] of object.body.matchAll(/(\d+) ([^\0]+)\0([\s\S]{20})/g)) {
      const path = `${prefix}${name ?? ""}`;
      const hex = hexOf(id ?? "");
      if (mode === "40000" && !(await this.#walk(hex, `${path}/`, files, signal))) return false;
      if (mode === "40000") continue;
      const blob = await this.#object(hex, signal);
      if (blob?.type !== "blob") return false;
      files.set(path, blob.body);
    }
    return true;
  }

  async #object(id: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const bytes = await this.bytes(id, signal);
    if (bytes === undefined) return undefined;
    const text = textOf(bytes.subarray(STORED_HEADER_BYTES, -STORED_FOOTER_BYTES));
    const end = text.indexOf("\0");
    const object = { type: text.split(" ", 1)[0] ?? "", body: text.slice(end + 1) };
    this.#known.set(id, object);
    return object;
  }

  async #list(path: string, signal: AbortSignal): Promise<readonly string[]> {
    const found = await this.#files.list(path, signal);
    if (found.type === "unknown") throw found.fault;
    return found.type === "present" ? found.value : [];
  }
}

interface StoredObject {
  readonly type: string;
  readonly body: string;
}

/** Bytes as text of one byte a character. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function hexOf(bytes: string): string {
  return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
