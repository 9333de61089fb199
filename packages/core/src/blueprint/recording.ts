import type { Diagnostic, SourceLocation } from "../fault/diagnostic.ts";
import type { Facts } from "../facts.ts";
import type { Json } from "../json.ts";
import type { Platform } from "../platform.ts";
import type { Hash } from "../ports/hash.ts";
import type { GivenParameters } from "./parameters.ts";

/** A kind that hosts offer, as plain data. */
export interface OfferedKind {
  readonly kind: string;
  readonly platforms: readonly Platform[];
}

/** What recording needs to know. */
export interface RecordOptions {
  readonly facts: Facts;
  /** As given from outside; read against the blueprint's definitions. */
  readonly parameters: GivenParameters;
  readonly kinds: readonly OfferedKind[];
  readonly hash: Hash;
  /**
   * Where in the blueprint's files the call is being made (from the stack), or where the given error was thrown.
   * Called once for every declaration.
   */
  readonly locate: (thrown?: unknown) => SourceLocation | undefined;
}

/** One declared resource; plain data that can be cloned into another thread. */
export interface RecordedResource {
  readonly kind: string;
  readonly name: string;
  readonly spec: Json;
  readonly meta: Json;
  readonly location?: SourceLocation;
}

/** What a blueprint declared, in order, and what was wrong with how. */
export interface Recording {
  readonly declared: readonly RecordedResource[];
  /** What left it is deleted. Default false. */
  readonly prune?: true;
  /**
   * Errors and warnings. A call after the body returned is still added here: let one turn of the event loop pass
   * before copying this, so that forgotten promises are noticed.
   */
  readonly diagnostics: readonly Diagnostic[];
}
