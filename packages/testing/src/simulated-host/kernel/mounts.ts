import type { Inode, SimulatedFileSystem } from "./disk/inode.ts";

/** One mount: what is shown at a place. */
export interface SimulatedMount {
  /** Absolute path of the machine. */
  readonly path: string;
  readonly root: Inode;
  readonly fileSystem: SimulatedFileSystem;
  isReadOnly: boolean;
  readonly id: number;
  /** Of the mount that it is on. */
  readonly parentId: number;
  /** The directory of the file system that is shown. */
  readonly shownRoot: string;
  /** As whoever mounted it called it. */
  readonly source: string;
  /** Of this mount, but for `ro` and `rw`. */
  options: readonly string[];
}

/** What `MountPoints` gets of a mount; the rest it knows. */
export type NewMount = Omit<SimulatedMount, "id" | "parentId">;

const FIRST_ID = 20;

/** The mounts of the simulated machine; `/` is the first. */
export class MountPoints {
  readonly #mounts: SimulatedMount[];
  readonly #covering = new Map<Inode, SimulatedMount>();
  readonly #listeners = new Set<() => void>();
  #nextId = FIRST_ID;

  constructor(root: NewMount) {
    this.#mounts = [{ ...root, id: this.#nextId++, parentId: 1 }];
  }

  get root(): SimulatedMount {
    const [root] = this.#mounts;
    if (root === undefined) throw new Error("assertion failed: no root mount");
    return root;
  }

  get all(): readonly SimulatedMount[] {
    return this.#mounts;
  }

  /** Calls after each change from now on; the returned function ends it. */
  listen(hear: () => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  /** Covers an inode that is seen through a mount. */
  add(point: { readonly inode: Inode; readonly mount: SimulatedMount }, mount: NewMount): void {
    const added = { ...mount, id: this.#nextId++, parentId: point.mount.id };
    this.#mounts.push(added);
    this.#covering.set(point.inode, added);
    this.#tell();
  }

  /** Gives the topmost mount of a path other options. */
  change(path: string, to: Pick<SimulatedMount, "isReadOnly" | "options">): void {
    const mount = this.#mounts.findLast((each) => each.path === path);
    if (mount !== undefined) Object.assign(mount, to);
    this.#tell();
  }

  /** Uncovers what the topmost mount of this path covers. */
  remove(path: string): void {
    const top = this.#mounts.findLast((each) => each.path === path);
    for (const [point, mount] of this.#covering) {
      if (mount !== top) continue;
      this.#covering.delete(point);
      this.#mounts.splice(this.#mounts.indexOf(mount), 1);
    }
    this.#tell();
  }

  /** The topmost mount on an inode. */
  coveringOf(inode: Inode): SimulatedMount | undefined {
    let found = this.#covering.get(inode);
    for (;;) {
      const higher = found === undefined ? undefined : this.#covering.get(found.root);
      if (higher === undefined || higher === found) return found;
      found = higher;
    }
  }

  /** As `/proc/self/mountinfo` has it. */
  text(): string {
    return this.#mounts.map((mount) => `${lineOf(mount)}\n`).join("");
  }

  #tell(): void {
    for (const hear of this.#listeners) hear();
  }
}

function lineOf(mount: SimulatedMount): string {
  const { id, parentId, fileSystem, isReadOnly, options, source, path, shownRoot } = mount;
  const { device, type, shownOptions = [] } = fileSystem;
  const rights = isReadOnly ? "ro" : "rw";
  const own = [rights, ...options].join(",");
  const shared = [fileSystem.isReadOnly ? "ro" : "rw", ...shownOptions].join(",");
  const places = `${escaped(shownRoot)} ${escaped(path)}`;
  return `${id} ${parentId} 0:${device} ${places} ${own} - ${type} ${escaped(source)} ${shared}`;
}

function escaped(field: string): string {
  return field.replace(
    /[\\ \t\n]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}
