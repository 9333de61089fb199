import { assert, compileGlob, type Schema } from "@holdfast/core";
import * as z from "zod/mini";
import { plainText } from "../payload-fields.ts";

/** Longest list of patterns, and most roles of a key: all of them are compared. */
const MOST_PATTERNS = 16;
/** Most signatures that can be asked for. */
const MOST_NEEDED = 16;

const pattern = plainText(256).check(
  z.refine((source) => typeof compileGlob(source) === "function"),
);
const patterns = z.array(pattern).check(z.minLength(1), z.maxLength(MOST_PATTERNS));

/** The form of a role in a trust list. */
export const roleSchema: Schema<Role> = z.strictObject({
  verbs: patterns,
  kinds: patterns,
  names: patterns,
  agents: patterns,
  tags: z.exactOptional(patterns),
  threshold: z.exactOptional(z.int().check(z.minimum(1), z.maximum(MOST_NEEDED))),
});

/**
 * What a key may approve. Each field is a list of globs of which one must match; `**` is anything. Nothing is meant by
 * leaving a field out, so that no role is wider than it was written.
 */
export interface Role {
  /** `create`, `update`, `delete`, `refresh`, or an operation such as `restart`. */
  readonly verbs: readonly string[];
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  readonly agents: readonly string[];
  /** One tag of the resource must match. `undefined`: it needs no tag. */
  readonly tags?: readonly string[];
  /** So many keys must sign what is allowed by this role. Default 1. */
  readonly threshold?: number;
}

/** What a role is asked about. */
export interface RoleQuestion {
  readonly agent: string;
  readonly verb: string;
  readonly kind: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** Tells whether a role covers a verb on a resource of an agent. */
export function covers(role: Role, question: RoleQuestion): boolean {
  const { agent, verb, kind, name, tags } = question;
  return (
    matchesAny(role.verbs, verb) &&
    matchesAny(role.kinds, kind) &&
    matchesAny(role.agents, agent) &&
    matchesAny(role.names, name) &&
    (role.tags === undefined || tags.some((tag) => matchesAny(role.tags ?? [], tag)))
  );
}

function matchesAny(sources: readonly string[], text: string): boolean {
  return sources.some((source) => {
    const glob = compileGlob(source);
    assert(typeof glob === "function", `the glob ${source} was checked when its list was read`);
    return glob(text);
  });
}
