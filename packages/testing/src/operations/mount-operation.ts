import { unreachable } from "@holdfast/core";

/**
 * What somebody does to the mounts and swap areas of a machine with its own tools. What they refuse is no operation: nothing
 * happens. On a machine where nothing is mounted, such as a directory, nothing happens either.
 */
export type MountOperation =
  /** A tmpfs, called `theirs`, on top of what is there. */
  | MountOperationAt<"mount">
  /** The topmost mount, whoever uses it. */
  | MountOperationAt<"unmount">
  /** Of the topmost mount, whatever it is. */
  | MountOperationAt<"remount">
  | MountOperationAt<"swapon">
  | MountOperationAt<"swapoff">;

/** What every such operation has. */
export interface MountOperationAt<Verb extends string> {
  readonly type: "mount";
  readonly verb: Verb;
  readonly path: string;
  /** Of mount and remount, as behind `-o`. Default: none. */
  readonly options?: string;
}

/** Does these on one machine, at once. */
export interface MountActor {
  mount(path: string, options: string): void;
  unmount(path: string): void;
  remount(path: string, options: string): void;
  swapOn(path: string): void;
  swapOff(path: string): void;
}

/** Does such an operation, where the machine has mounts. */
export function carryOutMount(
  { verb, path, options = "" }: MountOperation,
  actor: MountActor | undefined,
): void {
  if (actor === undefined) return;
  switch (verb) {
    case "mount":
      return actor.mount(path, options);
    case "unmount":
      return actor.unmount(path);
    case "remount":
      return actor.remount(path, options);
    case "swapon":
      return actor.swapOn(path);
    case "swapoff":
      return actor.swapOff(path);
    default:
      return unreachable(verb);
  }
}
