import {
  type BindReport,
  compileExclusion,
  isExcludedBelow,
  type Ownership,
  type Thing,
} from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import {
  accountsNeeded,
  attributeFields,
  bindAttributes,
  type DeclaredAttributes,
} from "../attributes/attributes.ts";
import { stateSchema } from "../declared-state.ts";
import type { SourceSpec } from "./copy/copied-entry.ts";

/** Each glob is compared with each entry. */
const MOST_EXCLUDED = 30;

/** What an author writes under `spec` of a directory; its name is the path. */
export const directorySchema = z.strictObject({
  ...attributeFields,
  recurse: z.optional(
    z
      .strictObject(attributeFields)
      .check(
        z.describe(
          "Mode, owner and group of all files and directories below. Directories get x where r is.",
        ),
      ),
  ),
  source: z.optional(
    z
      .string()
      .check(z.describe("A directory on the host whose tree is copied, with modes and owners.")),
  ),
  exclude: z.optional(
    z
      .array(z.string())
      .check(
        z.maxLength(MOST_EXCLUDED),
        z.describe('With source: globs of what is neither copied nor touched, e.g. "*.bak".'),
      ),
  ),
  purge: z.optional(
    z.boolean().check(z.describe("With source: remove what the source does not have.")),
  ),
  force: z.optional(
    z.boolean().check(z.describe("Replace what is not a directory; remove one that is not empty.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a directory. */
export type DirectoryInput = z.infer<typeof directorySchema>;

/** What a directory should be. */
export interface DirectorySpec extends DeclaredAttributes {
  readonly path: string;
  /** Of the entries below; `undefined` leaves them alone, and nobody reads them. */
  readonly recurse?: DeclaredAttributes;
  /** Whose tree it is a copy of; `undefined`: of none. */
  readonly source?: SourceSpec;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/**
 * No such directory. Its entries are no part of it: one that is not empty stays, unless the spec said otherwise. A copy that
 * is purged is all its own; of any other nobody can tell later what was copied, and what is excluded is never touched, so
 * `undefined`.
 */
export function absentDirectory({ path, force, source }: DirectorySpec): DirectorySpec | undefined {
  if (source === undefined) return { path, force, isAbsent: true };
  const isOwn = source.exclude.length === 0 && (source.isPurging || force);
  return isOwn ? { path, force: true, isAbsent: true } : undefined;
}

/** A directory comes after the accounts that it names, and after all of its source. */
export function neededByDirectory(spec: DirectorySpec): readonly Thing[] {
  const accounts = [...accountsNeeded(spec), ...accountsNeeded(spec.recurse ?? {})];
  return spec.source === undefined ? accounts : [...accounts, `tree:${spec.source.path}`];
}

/** A directory owns its path; a copy also decides about everything below that it does not exclude. */
export function ownedByDirectory({ path, source }: DirectorySpec): readonly Ownership[] {
  const own = { thing: `path:${path}`, isWhole: true } as const;
  const isExcluded = source === undefined ? undefined : compileExclusion(source.exclude);
  if (typeof isExcluded !== "function") return [own];
  const start = path === "/" ? 1 : path.length + 1;
  return [{ ...own, covers: (below) => !isExcludedBelow(isExcluded, below.slice(start)) }];
}

/** Joins path and input; refuses what would damage more than was meant, and what is not built. */
export function bindDirectory(
  name: string,
  input: DirectoryInput,
  report: BindReport,
): DirectorySpec {
  checkAbsolutePath(name, "", report);
  const isAbsent = input.state === "absent";
  if (name === "/" && isAbsent) {
    report("state", "the root cannot be absent", "name a directory below /");
  }
  const source = bindSource(name, input, report);
  return {
    path: name,
    ...bindAttributes(input),
    ...(input.recurse === undefined || isAbsent ? {} : { recurse: bindAttributes(input.recurse) }),
    ...(source === undefined || isAbsent ? {} : { source }),
    force: input.force === true,
    isAbsent,
  };
}

function bindSource(
  name: string,
  { source, exclude = [], purge = false }: DirectoryInput,
  report: BindReport,
): SourceSpec | undefined {
  if (source === undefined) {
    if (purge) report("purge", "nothing to compare with", PURGE_NEEDS_SOURCE);
    if (exclude.length > 0) {
      report("exclude", "nothing to exclude from", "exclude is about what source copies: write it");
    }
    return undefined;
  }
  checkAbsolutePath(source, "source", report);
  if (isWithin(source, name) || isWithin(name, source)) {
    const detail = `${source} and ${name} are one inside the other: a tree cannot be a copy of a part of itself`;
    report("source", "a copy of itself", detail);
  }
  const exclusion = compileExclusion(exclude);
  if (typeof exclusion !== "function") {
    const { position, mistake } = exclusion;
    const glob = JSON.stringify(exclude[position] ?? "");
    report(`exclude.${position}`, "not a glob", `the glob ${glob} ${mistake}`);
  }
  return { path: source, exclude, isPurging: purge };
}

const PURGE_NEEDS_SOURCE =
  "purge removes what source does not have; what other resources declare below is not known here, " +
  "so without source nothing could be kept: write source, or declare what should not be there as absent";

function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(top === "/" ? "/" : `${top}/`);
}
