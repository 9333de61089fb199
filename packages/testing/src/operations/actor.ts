import type { FileType } from "@holdfast/core";
import type { ContainerActor } from "./container-operation.ts";
import type { FirewallActor } from "./firewall/firewall-operation.ts";
import type { NetworkActor } from "./network/network-operation.ts";
import type { MountActor } from "./mount-operation.ts";
import type { UnitActor } from "./unit-operation.ts";

/**
 * The few things that operations are made of, on one machine, at once. No path leads through a link: `carryOut` sees to
 * that before it asks.
 */
export interface Actor {
  /** What is at a path; a link is a link. */
  typeOf(path: string): FileType | undefined;
  /** Writes a regular file that is there in place, or makes it (0644). */
  write(path: string, content: Uint8Array): void;
  /** Cuts a file that is longer. */
  truncate(path: string, sizeBytes: number): void;
  /** Removes a tree. */
  remove(path: string): void;
  rename(from: string, to: string): void;
  /** Makes one directory (0755). */
  makeDirectory(path: string): void;
  symlink(path: string, target: string): void;
  /** A further name for the file at `target`. */
  link(path: string, target: string): void;
  makeFifo(path: string): void;
  chmod(path: string, mode: number): void;
  /** Of a link itself. */
  chown(path: string, uid: number, gid: number): void;
  /** `undefined` on a machine without a systemd. */
  readonly units?: UnitActor;
  /** `undefined` where nothing is mounted. */
  readonly mounts?: MountActor;
  /** `undefined` where no container engine is. */
  readonly containers?: ContainerActor;
  /** `undefined` where nothing filters. */
  readonly firewall?: FirewallActor;
  /** `undefined` where no link is. */
  readonly network?: NetworkActor;
}
