import { parseUnitName } from "@holdfast/core";
import { DEFAULT_SEARCH_PATH } from "@holdfast/host";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { readDefinition, type UnitDefinition } from "./unit-definition.ts";

/** The file of a unit as a simulated systemd finds it. */
export interface UnitFile {
  readonly path: string;
  /** Of the file and its drop-ins. */
  readonly text: string;
  readonly dropIns: readonly string[];
  readonly isMask: boolean;
  /** What it leads to, when it is a link. */
  readonly target: string | undefined;
}

/** The unit files and links on the disk of a simulated machine. */
export class UnitDisk {
  readonly #kernel: SimulatedKernel;

  constructor(kernel: SimulatedKernel) {
    this.#kernel = kernel;
  }

  /** The file that counts: of the unit, or else of its template. */
  find(name: string): UnitFile | undefined {
    const template = parseUnitName(name)?.template;
    for (const file of [name, ...(template === undefined ? [] : [template])]) {
      const path = DEFAULT_SEARCH_PATH.map((directory) => `${directory}/${file}`).find(
        (each) => this.#kernel.inspect.stat(each) !== undefined,
      );
      if (path !== undefined) return this.#read(path, name);
    }
    return undefined;
  }

  /** The name that a unit is known by: that of what an alias leads to. */
  nameOf(name: string): string {
    const target = this.find(name)?.target;
    const base = target === undefined ? name : baseNameOf(target);
    const hasOther = base !== name && parseUnitName(base) !== undefined;
    return hasOther && parseUnitName(name)?.template !== base ? base : name;
  }

  /** What the file of a unit says; `undefined` when there is none. */
  definition(name: string): UnitDefinition | undefined {
    const file = this.find(name);
    if (file === undefined) return undefined;
    return readDefinition(file.text, parseUnitName(name)?.instance);
  }

  /** Links in a directory of unit files, with what is under its `.wants` and `.requires`. */
  links(directory: string): readonly { readonly path: string; readonly target: string }[] {
    const { inspect } = this.#kernel;
    const names = inspect.list(directory) ?? [];
    const below = names
      .filter((name) => /\.(?:wants|requires)$/.test(name))
      .flatMap((name) => (inspect.list(`${directory}/${name}`) ?? []).map((of) => `${name}/${of}`));
    return [...names, ...below].flatMap((name) => {
      const path = `${directory}/${name}`;
      const target = inspect.linkTarget(path);
      return target === undefined ? [] : [{ path, target }];
    });
  }

  /** Makes a link; false when it is there already. */
  link(path: string, target: string): boolean {
    if (this.#kernel.inspect.linkTarget(path) === target) return false;
    this.#kernel.tamper.remove(path);
    this.#kernel.tamper.symlink(path, target);
    return true;
  }

  exists(path: string): boolean {
    return this.#kernel.inspect.stat(path) !== undefined;
  }

  remove(path: string): void {
    this.#kernel.tamper.remove(path);
  }

  write(path: string, text: string): void {
    this.#kernel.tamper.write(path, text);
  }

  append(path: string, text: string): void {
    this.#kernel.tamper.write(path, (this.#kernel.inspect.text(path) ?? "") + text);
  }

  #read(path: string, name: string): UnitFile {
    const { inspect } = this.#kernel;
    const target = inspect.linkTarget(path);
    const own = inspect.text(target ?? path) ?? "";
    const dropIns = this.#dropIns(name);
    const text = [own, ...dropIns.map((each) => inspect.text(each) ?? "")].join("\n");
    return { path, text, dropIns, isMask: target === "/dev/null" || own === "", target };
  }

  /** Of two with one name that in the directory which counts more; a mask removes it. */
  #dropIns(name: string): readonly string[] {
    const { inspect } = this.#kernel;
    const paths = new Map<string, string>();
    for (const directory of DEFAULT_SEARCH_PATH) {
      for (const file of inspect.list(`${directory}/${name}.d`) ?? [])
        if (!paths.has(file)) paths.set(file, `${directory}/${name}.d/${file}`);
    }
    const byName = [...paths].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const sorted = byName.map(([, path]) => path);
    return sorted.filter((path) => inspect.linkTarget(path) !== "/dev/null");
  }
}

/** The last component of a path. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
