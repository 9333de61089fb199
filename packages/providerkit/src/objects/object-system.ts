import type { Change, FaultData, JsonObject } from "@holdfast/core";
import type { Done } from "../provider/executor.ts";
import type { Fields, FieldValues } from "../fields/field.ts";

/** One object that is declared. */
export interface DeclaredObject {
  readonly type: string;
  readonly name: string;
  /** The address of the object it belongs to. */
  readonly parent?: string;
  readonly fields: FieldValues;
  /** The name it had: an explicit move. */
  readonly movedFrom?: string;
}

/** One object that is there. */
export interface LiveObject {
  readonly type: string;
  readonly name: string;
  readonly externalId?: string;
  readonly parent?: string;
  readonly fields: FieldValues;
}

/** An object that could not be observed. */
export interface UnknownObject {
  readonly type: string;
  readonly name: string;
  readonly fault: FaultData;
}

/** What a system holds. */
export interface LiveObjects {
  readonly objects: readonly LiveObject[];
  /** Nothing is planned for these. Default: none. */
  readonly unknown?: readonly UnknownObject[];
  /** False: what is not among them is unknown, not absent. Default true. */
  readonly isComplete?: boolean;
}

/** One sort of object. */
export interface ObjectSort {
  readonly fields: Fields;
  /** Whether an object can get another name and stay the same. Default false. */
  readonly canRename?: boolean;
}

/** A system of named objects: what `objectProvider` makes a provider of. */
export interface ObjectSystem<Config> {
  readonly type: string;
  readonly sorts: Readonly<Record<string, ObjectSort>>;
  /** Reads what is declared. Throws `InputInvalid` or `ProviderNotReady`. */
  loadConfig(root: string, signal: AbortSignal): Promise<Config>;
  declared(config: Config): readonly DeclaredObject[];
  /** Reads the whole system. Throws a Fault when it does not answer. */
  observe(config: Config, signal: AbortSignal): Promise<LiveObjects>;
  create(object: DeclaredObject, signal: AbortSignal): Promise<Done>;
  update(object: DeclaredObject, changes: readonly Change[], signal: AbortSignal): Promise<Done>;
  remove(object: ObjectReference, signal: AbortSignal): Promise<Done>;
  rename?(object: ObjectReference, name: string, signal: AbortSignal): Promise<Done>;
  setToken?(token: string): void;
  /** Free facts for the state. Default: none. */
  metadata?(config: Config): JsonObject;
}

/** An object that is there, by its names. */
export interface ObjectReference {
  readonly type: string;
  readonly name: string;
  readonly externalId?: string;
}

/** The address of an object: `type:name`. */
export function addressOf({
  type,
  name,
}: {
  readonly type: string;
  readonly name: string;
}): string {
  return `${type}:${name}`;
}
