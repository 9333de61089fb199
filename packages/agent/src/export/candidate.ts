import type { JsonObject } from "@holdfast/core";

/** The parts of an export, in their order. */
export const SECTIONS = [
  "Machine",
  "Repositories",
  "Packages",
  "Groups",
  "Users",
  "Keys",
  "Certificates",
  "Mounts",
  "Swap",
  "Directories",
  "Files",
  "Kernel",
  "Limits",
  "Jobs",
  "Units",
  "Services",
] as const;

/** One of them. */
export type Section = (typeof SECTIONS)[number];

/** One way to declare something: which resource it would be, and any input with which its kind reads it whole. */
export interface Way {
  readonly kind: string;
  readonly name: string;
  readonly input: JsonObject;
  /** What of the described input was chosen; the rest is left to others. Default: all of it. */
  readonly choose?: (described: JsonObject) => JsonObject;
}

/** A part of the machine that may be a choice of its operator. */
export interface Candidate {
  readonly section: Section;
  /** The best first: the first that its kind can describe is taken. */
  readonly ways: readonly [Way, ...Way[]];
  /** Where it is, if it is one file: what two collectors find is exported once. */
  readonly path?: string;
  /** Why it is exported, for the comment above it. Of what was described: `undefined` means that it is no choice. */
  readonly why: string | ((described: JsonObject) => string | undefined);
  /** It is no choice, as is known beforehand. Default false. */
  readonly isDefault?: boolean;
  /** Packages of which one brings what it lies in or is about; it comes after them where they are declared. */
  readonly after?: readonly string[];
}

/** Why something is not exported. */
export type LeftOutReason =
  /** The system, the installer or a package made it so. */
  | "default"
  /** It may hold a secret. */
  | "secret"
  /** A program writes it anew by itself, or it is what makes this machine another than the next. */
  | "generated"
  | "ignored"
  /** It could not be read. */
  | "unreadable"
  /** Its kind cannot write it down: binary, too long, of an unusual mode. */
  | "indescribable"
  /** It changed meanwhile, or its kind would not leave it as it is. */
  | "unsteady"
  /** There was more than is exported. */
  | "bounded";

/** Something that is not exported. */
export interface LeftOut {
  readonly reason: LeftOutReason;
  /** An id or a path. */
  readonly what: string;
  readonly detail?: string;
}

/** What a collector found. */
export interface Collected {
  readonly candidates: readonly Candidate[];
  readonly leftOut?: readonly LeftOut[];
}
