import { digestOf, type Hash, type Json } from "@holdfast/core";
import * as z from "zod/mini";
import type { State } from "./state.ts";

/** What the text of a state file turned out to be. */
export type ParsedState =
  | { readonly type: "state"; readonly state: State }
  | { readonly type: "corrupt"; readonly why: string }
  | { readonly type: "newer"; readonly version: number };

/** The text of a state, with a checksum over all of it. */
export function printState(state: State, hash: Hash): string {
  return `${JSON.stringify({ ...state, checksum: checksumOf(state, hash) }, undefined, 2)}\n`;
}

/** Reads the text of a state file. A changed character is noticed. */
export function parseState(text: string, hash: Hash): ParsedState {
  const value = jsonOf(text);
  if (value === undefined) return { type: "corrupt", why: "it is not JSON" };
  const version: unknown = Reflect.get(Object(value), "version");
  if (typeof version === "number" && version > 1) return { type: "newer", version };
  const parsed = z.safeParse(stateFile(), value);
  if (!parsed.success) return { type: "corrupt", why: "it lacks what a state has" };
  const { checksum, ...rest } = parsed.data;
  // The schema has just checked what the compiler cannot derive from it: optional fields that are absent.
  const state = rest as State;
  if (checksumOf(state, hash) === checksum) return { type: "state", state };
  return { type: "corrupt", why: "it does not fit its checksum" };
}

function checksumOf(state: State, hash: Hash): string {
  return digestOf(JSON.parse(JSON.stringify(state)) as Json, hash);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function stateFile() {
  const resource = z.strictObject({
    address: z.string(),
    type: z.string(),
    mode: z.enum(["managed", "unmanaged", "data"]),
    origin: z.optional(z.enum(["created", "adopted"])),
    externalId: z.optional(z.string()),
    name: z.string(),
    parent: z.optional(z.string()),
    parentId: z.optional(z.string()),
    attributes: z.record(z.string(), z.unknown()),
    unmanagedReason: z.optional(z.string()),
    lastRefreshed: z.string(),
  });
  return z.strictObject({
    version: z.literal(1),
    lineage: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
    serial: z.int().check(z.minimum(1)),
    type: z.string(),
    generatedAt: z.string(),
    isSynced: z.boolean(),
    resources: z.array(resource),
    metadata: z.record(z.string(), z.unknown()),
    checksum: z.string(),
  });
}
