import type { FirewallOperation } from "./firewall/firewall-operation.ts";
import type { NetworkOperation } from "./network/network-operation.ts";
import type { ContainerOperation } from "./container-operation.ts";
import type { MountOperation } from "./mount-operation.ts";
import type { UnitOperation } from "./unit-operation.ts";

/**
 * What somebody else does to a machine, as plain data: a sample can draw it, a history can print it, and two hands can
 * do it, one on a simulated kernel and one in a real directory. Paths are absolute, inside the host's root, and never
 * the root itself. No operation follows a symbolic link.
 *
 * Every operation can be done on every machine. One that makes something first makes room: missing directories above are
 * made, and whatever of another type is in the way, above or at the path, is removed. One that changes something that
 * is not there does nothing.
 */
export type Operation =
  /** Truncates and writes in place, as an editor does; makes the file (0644) where it is missing. */
  | (OperationAt<"write"> & WithContent & OperationAttributes)
  /** Writes a new file beside it and renames it over the path; its mode is 0644, whatever was there before. */
  | (OperationAt<"replace"> & WithContent & OperationAttributes)
  /** Cuts a regular file that is longer. */
  | (OperationAt<"truncate"> & { readonly sizeBytes: number })
  /** Removes whatever is there, a tree too. */
  | OperationAt<"remove">
  /** Moves what is there to another path; what is there goes. */
  | (OperationAt<"rename"> & { readonly to: string })
  /** Makes a directory (0755); sets the attributes of one that is there. */
  | (OperationAt<"directory"> & OperationAttributes)
  | (OperationAt<"symlink"> & { readonly target: string })
  /** A further name of the regular file at `target`; nothing without one. */
  | (OperationAt<"hard-link"> & { readonly target: string })
  | OperationAt<"fifo">
  /** 12 bits, of anything but a symbolic link. */
  | (OperationAt<"chmod"> & { readonly mode: number })
  /** Of the thing itself, a link too. Only root gives things away. */
  | (OperationAt<"chown"> & { readonly uid: number; readonly gid: number })
  /** On a machine that has a systemd. */
  | UnitOperation
  | MountOperation
  | FirewallOperation
  | NetworkOperation
  | ContainerOperation;

/** What every operation has. */
export interface OperationAt<Type extends string> {
  readonly type: Type;
  readonly path: string;
}

/** The whole content of a file. */
export interface WithContent {
  readonly content: string;
  /** Default `utf8`. `latin1`: each character is one byte, for content that is not text. */
  readonly encoding?: "utf8" | "latin1";
}

/** Rights and owner of what an operation makes or sets. Default: nothing is set; what is made belongs to who does it. */
export interface OperationAttributes {
  /** 12 bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}
