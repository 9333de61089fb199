import { assert, Fault } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { isDirectory, isLink } from "../file-entry.ts";
import { type Directory, DirectoryCache } from "./directory-cache.ts";
import { refuseLink } from "./link-rule.ts";
import type { MountTable } from "./mounts.ts";

/** As many as Linux follows. */
const MAX_LINKS = 40;

/** What a pass is opened with. */
export interface PassOptions {
  readonly calls: FileCalls;
  /** A path of the machine; every path of the pass is inside it. */
  readonly root: string;
  readonly mounts: MountTable;
  /** Follow links whoever made them. */
  readonly trustEveryLink: boolean;
  /** How many directories are kept open; at least 2. */
  readonly openDirectories: number;
}

/** Where a walk ended. */
export type Walked =
  | { readonly type: "directory"; readonly directory: Directory }
  /** Nothing is at `path`, or something that is not a directory. */
  | { readonly type: "missing"; readonly path: string; readonly isInTheWay: boolean }
  /** Not entered: the file system is on another machine. */
  | { readonly type: "remote"; readonly mountPoint: string };

/** Where a path leads: an open directory, a name in it, and what is there. */
export type Located =
  | {
      readonly type: "place";
      readonly directory: Directory;
      readonly name: string;
      /** `undefined` when the name is free. */
      readonly stat: FileStat | undefined;
    }
  | Exclude<Walked, { readonly type: "directory" }>;

/**
 * One pass over the root: walks paths component by component from the root's handle, never following a link that
 * others could have made, and keeps the directories open that it has reached. Link targets are walked by the same
 * rules, absolute ones from the root, and `..` never climbs above it. Dispose closes all handles.
 */
export class Pass implements Disposable {
  readonly #options: PassOptions;
  readonly #calls: FileCalls;
  readonly #cache: DirectoryCache;
  readonly #root: Directory;
  readonly #ownUid: number;
  /** The machine's path of the root without a slash at its end: empty for `/`. */
  readonly machineRoot: string;
  /** Paths with links or dots in them that were walked before, and the link-free path they lead to. */
  readonly #aliases = new Map<string, string>();

  private constructor(options: PassOptions, handle: number, path: string) {
    this.#options = options;
    this.#calls = options.calls;
    this.#cache = new DirectoryCache(options.calls, options.openDirectories);
    this.#root = { handle, path: "", uses: 0 };
    this.#ownUid = options.calls.identity().uid;
    this.machineRoot = path === "/" ? "" : path;
  }

  /** @throws {Fault} NotFound, WrongType or PermissionDenied, when the root cannot be opened. */
  static open(options: PassOptions): Pass {
    let handle: number | undefined;
    try {
      handle = options.calls.openRoot(options.root);
      return new Pass(options, handle, options.calls.pathOf(handle));
    } catch (error) {
      if (handle !== undefined) options.calls.close(handle);
      throw errnoFault(error, "open the root", options.root);
    }
  }

  /** The path on the machine of a path inside the root. */
  onMachine(path: string): string {
    return path === "/" && this.machineRoot !== "" ? this.machineRoot : this.machineRoot + path;
  }

  /** Owner and mode of a directory that this pass opened. */
  stat(directory: Directory): FileStat {
    return this.#calls.stat(directory.handle);
  }

  /**
   * The directory at an absolute path, every link on the way and at the end followed where the rule allows.
   * @throws {Fault} PathUnsafe, LoopTooDeep, PermissionDenied, HostFailed.
   */
  walk(path: string): Walked {
    return this.#walk(path, { count: 0 });
  }

  /**
   * The place of an absolute path; a link in the last component is followed only with `followLink`.
   * @throws {Fault} PathUnsafe, LoopTooDeep, PermissionDenied, HostFailed.
   */
  locate(path: string, followLink: boolean): Located {
    const links = { count: 0 };
    let at = path;
    for (;;) {
      const { parent, name } = splitPath(at);
      const walked = this.#walk(parent, links);
      if (walked.type !== "directory") return walked;
      const { directory } = walked;
      const remote = this.#remoteAt(`${directory.path}/${name}`);
      if (remote !== undefined) return remote;
      const stat = this.#lookup(directory, name);
      if (stat === undefined || !followLink || !isLink(stat))
        return { type: "place", directory, name, stat };
      const target = this.#follow({ directory, name, stat, links });
      at = target.startsWith("/") ? target : `${directory.path}/${target}`;
    }
  }

  #walk(path: string, links: { count: number }): Walked {
    const known = this.#known(path);
    if (known !== undefined) return { type: "directory", directory: known };
    const remote = this.#remoteAt("");
    if (remote !== undefined) return remote;
    let current = this.#root;
    const pending = path.split("/").reverse();
    for (;;) {
      const name = pending.pop();
      if (name === undefined) break;
      if (name === "" || name === ".") continue;
      const next = name === ".." ? this.#parent(current) : this.#enter(current, name, links);
      if (typeof next === "string") {
        if (next.startsWith("/")) current = this.#root;
        pending.push(...next.split("/").reverse());
        continue;
      }
      if (next.type !== "directory") return next;
      current = next.directory;
    }
    if (current.path !== path) this.#aliases.set(path, current.path);
    return { type: "directory", directory: current };
  }

  #known(path: string): Directory | undefined {
    if (path === "") return this.#options.mounts.hasRemote ? undefined : this.#root;
    const direct = this.#cache.get(path);
    if (direct !== undefined) return direct;
    const alias = this.#aliases.get(path);
    return alias === undefined ? undefined : this.#cache.get(alias);
  }

  /** By its own, link-free path, so that nothing has to be kept open for it. */
  #parent(directory: Directory): Walked {
    return this.#walk(directory.path.slice(0, Math.max(0, directory.path.lastIndexOf("/"))), {
      count: 0,
    });
  }

  /** The directory of that name, or the target of the trusted link of that name. */
  #enter(directory: Directory, name: string, links: { count: number }): Walked | string {
    const path = `${directory.path}/${name}`;
    const cached = this.#cache.get(path);
    if (cached !== undefined) return { type: "directory", directory: cached };
    const remote = this.#remoteAt(path);
    if (remote !== undefined) return remote;
    try {
      const handle = this.#calls.openDirectory(directory.handle, name);
      return { type: "directory", directory: this.#cache.add(path, handle) };
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOENT") return { type: "missing", path, isInTheWay: false };
      if (code !== "ENOTDIR" && code !== "ELOOP") throw this.#denied(error, directory, path);
    }
    const stat = this.#lookup(directory, name);
    if (stat === undefined) return { type: "missing", path, isInTheWay: false };
    if (isLink(stat)) return this.#follow({ directory, name, stat, links });
    // A directory that has just come in the place of something else is as good as missing: the caller tries again.
    return { type: "missing", path, isInTheWay: !isDirectory(stat) };
  }

  #lookup(directory: Directory, name: string): FileStat | undefined {
    try {
      return this.#calls.lookup(directory.handle, name);
    } catch (error) {
      throw this.#denied(error, directory, `${directory.path}/${name}`);
    }
  }

  #follow(at: {
    directory: Directory;
    name: string;
    stat: FileStat;
    links: { count: number };
  }): string {
    const path = `${at.directory.path}/${at.name}`;
    at.links.count += 1;
    if (at.links.count > MAX_LINKS) throw tooManyLinks(path);
    if (!this.#options.trustEveryLink) {
      const directory = this.stat(at.directory);
      const fault = refuseLink({ path, link: at.stat, directory, ownUid: this.#ownUid });
      if (fault !== undefined) throw fault;
    }
    try {
      return this.#calls.readLink(at.directory.handle, at.name);
    } catch (error) {
      throw errnoFault(error, "follow the link", path);
    }
  }

  #remoteAt(path: string): (Walked & { type: "remote" }) | undefined {
    if (!this.#options.mounts.hasRemote) return undefined;
    const mountPoint = this.#options.mounts.remoteMountOn(this.onMachine(path || "/"));
    return mountPoint === undefined ? undefined : { type: "remote", mountPoint };
  }

  #denied(error: unknown, directory: Directory, path: string): Fault {
    if (errnoOf(error) !== "EACCES") return errnoFault(error, "observe", path);
    return errnoFault(error, `observe ${path} in`, directory.path || "/");
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
    this.#calls.close(this.#root.handle);
  }
}

/**
 * Parent and last component of an absolute path. Where there is no last name (the root, a path that ends in `..`),
 * the parent is the whole path and the name is `.`, the directory itself.
 */
export function splitPath(path: string): { readonly parent: string; readonly name: string } {
  assert(path.startsWith("/") && !path.includes("\0"), `not an absolute path: ${path}`);
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (name === ".." || path === "/") return { parent: path === "/" ? "" : path, name: "." };
  if (name !== "" && name !== ".") return { parent: path.slice(0, slash), name };
  return splitPath(path.slice(0, slash) || "/");
}

function tooManyLinks(path: string): Fault {
  return new Fault({
    reason: "LoopTooDeep",
    message: `cannot follow ${path}: more than ${MAX_LINKS} symbolic links lead to each other`,
    resolution: "Correct the symbolic links on the path.",
  });
}
