import type { FileWriter } from "@holdfast/core";
import { KEPT_REFS } from "./git-parts.ts";
import { type Files, ObjectStore, textOf } from "./object-store.ts";

const ATTEMPT = "simulated-git";

/**
 * The repository of a checkout on the simulated machine: its files, written as durably as git's. What is staged is a file
 * of its own form, because nobody but the model reads it.
 */
export class SimulatedRepository {
  readonly objects: ObjectStore;
  readonly #files: FileWriter;
  readonly #path: string;
  /** Directories that one call of the port has found or made. */
  readonly #directories = new Set<string>();

  constructor(files: FileWriter, path: string) {
    this.#files = files;
    this.#path = path;
    this.objects = new ObjectStore(files, `${path}/.git`);
  }

  /** The text of a file of the checkout; `undefined` for anything but a regular file. */
  async read(path: string, signal: AbortSignal): Promise<string | undefined> {
    return (await this.readAll([path], signal)).get(path);
  }

  /** The texts of many, those that are regular files. */
  async readAll(paths: readonly string[], signal: AbortSignal): Promise<Files> {
    const requests = paths.map((path) => ({
      path: `${this.#path}/${path}`,
      content: "bytes" as const,
    }));
    const texts = new Map<string, string>();
    for (const [position, found] of (await this.#files.readMany(requests, signal)).entries()) {
      if (found.type === "unknown" && found.fault.reason !== "WrongType") throw found.fault;
      const bytes = found.type === "present" ? found.value.bytes : undefined;
      if (bytes !== undefined) texts.set(paths[position] ?? "", textOf(bytes));
    }
    return texts;
  }

  /** Writes a file of the checkout, in place of whatever is there. */
  async write(path: string, content: string, signal: AbortSignal): Promise<void> {
    const bytes = Uint8Array.from(content, (character) => character.charCodeAt(0));
    await this.writeBytes(path, bytes, signal);
  }

  async writeBytes(path: string, content: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#makeRoom(path, signal);
    const full = `${this.#path}/${path}`;
    await this.#files.write({ path: full, content, attempt: ATTEMPT, mode: 0o644 }, signal);
  }

  /** Removes a file of the checkout, and the directories that are empty without it. */
  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.#files.remove({ path: `${this.#path}/${path}`, recursive: true }, signal);
    this.#directories.clear();
    const names = path.split("/").slice(0, -1);
    for (; names.length > 0; names.pop()) {
      const parent = `${this.#path}/${names.join("/")}`;
      const found = await this.#files.list(parent, signal);
      if (found.type !== "present" || found.value.length > 0) return;
      await this.#files.remove({ path: parent }, signal);
    }
  }

  /** The paths of all files of the checkout, sorted; what is in `.git` is none. */
  async paths(signal: AbortSignal, below = ""): Promise<readonly string[]> {
    const found = await this.#files.list(`${this.#path}/${below}`.replace(/\/$/, ""), signal);
    if (found.type === "unknown") throw found.fault;
    const paths: string[] = [];
    for (const name of found.type === "present" ? found.value : []) {
      const path = `${below}${name}`;
      if (path === ".git") continue;
      const entry = await this.#files.read(
        { path: `${this.#path}/${path}`, content: "none" },
        signal,
      );
      const isDirectory = entry.type === "present" && entry.value.entry.type === "directory";
      paths.push(...(isDirectory ? await this.paths(signal, `${path}/`) : [path]));
    }
    return paths;
  }

  /** The names of what is kept aside, sorted. */
  async keptNames(signal: AbortSignal): Promise<readonly string[]> {
    const found = await this.#files.list(`${this.#path}/.git/${KEPT_REFS}`, signal);
    if (found.type === "unknown") throw found.fault;
    return found.type === "present" ? found.value : [];
  }

  /** What is staged; `undefined` where that is damaged. */
  async staged(signal: AbortSignal): Promise<Files | undefined> {
    const text = await this.read(".git/index", signal);
    if (text === undefined) return new Map();
    if (!text.startsWith(INDEX)) return undefined;
    const entries = text
      .slice(INDEX.length)
      .split("\0")
      .filter((entry) => entry !== "");
    return new Map(
      entries.map((entry) => [entry.split("\n", 1)[0] ?? "", entry.replace(/^.*\n/, "")]),
    );
  }

  async stage(files: Files, signal: AbortSignal): Promise<void> {
    const entries = [...files].map(([path, content]) => `${path}\n${content}\0`);
    await this.write(".git/index", INDEX + entries.join(""), signal);
  }

  /** Makes directories above a path, and takes away what is in the way of them and of a file there. */
  async #makeRoom(path: string, signal: AbortSignal): Promise<void> {
    const names = path.split("/");
    for (let count = 1; count <= names.length; count++) {
      const each = `${this.#path}/${names.slice(0, count).join("/")}`;
      if (this.#directories.has(each)) continue;
      const found = await this.#files.read({ path: each, content: "none" }, signal);
      if (found.type === "unknown") throw found.fault;
      const type = found.type === "present" ? found.value.entry.type : undefined;
      const wanted = count < names.length ? "directory" : "file";
      if (type !== undefined && type !== wanted)
        await this.#files.remove({ path: each, recursive: true }, signal);
      if (type !== wanted && wanted === "directory")
        await this.#files.makeDirectory({ path: each, mode: 0o755 }, signal);
      if (wanted === "directory") this.#directories.add(each);
    }
  }
}

const INDEX = "simulated index\0";
