import type { Inode, SimulatedFileSystem } from "./disk/inode.ts";

/** One mount: what is shown at a place. */
export interface SimulatedMount {
  /** Absolute path of the machine. */
  readonly path: string;
  readonly root: Inode;
  readonly fileSystem: SimulatedFileSystem;
  readonly isReadOnly: boolean;
}

/** The mounts of the simulated machine; `/` is the first. */
export class MountPoints {
  readonly #mounts: SimulatedMount[];
  readonly #covering = new Map<Inode, SimulatedMount>();
  readonly #listeners = new Set<() => void>();

  constructor(root: SimulatedMount) {
    this.#mounts = [root];
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

  /** Covers an inode. */
  add(point: Inode, mount: SimulatedMount): void {
    this.#mounts.push(mount);
    this.#covering.set(point, mount);
    this.#tell();
  }

  /** Uncovers what the mount at this path covers. */
  remove(path: string): void {
    for (const [point, mount] of this.#covering) {
      if (mount.path !== path) continue;
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
    return this.#mounts
      .map((mount, index) => {
        const { device, type } = mount.fileSystem;
        const rights = mount.isReadOnly || mount.fileSystem.isReadOnly ? "ro" : "rw";
        const path = mount.path.replace(
          /[\\ \t\n]/g,
          (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
        );
        return `${index + 20} 1 0:${device} / ${path} ${rights} - ${type} simulated rw\n`;
      })
      .join("");
  }

  #tell(): void {
    for (const hear of this.#listeners) hear();
  }
}
