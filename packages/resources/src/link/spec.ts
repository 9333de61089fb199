import type { BindReport, ChangeBefore, Ownership, Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import { stateSchema } from "../declared-state.ts";

const linkFields = z.strictObject({
  target: z.optional(
    z
      .string()
      .check(
        z.regex(/^[^\0]{1,4095}$/, "write where the link leads"),
        z.describe("Where the link leads, stored as written; for a hard link an absolute path."),
      ),
  ),
  hard: z.optional(z.boolean().check(z.describe("A hard link instead of a symbolic one."))),
  force: z.optional(
    z.boolean().check(z.describe("Replace a file that is in the way; never a directory.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a link; its name is the path of the link. */
export const linkSchema = linkFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    anyOf: [
      { required: ["target"] },
      { required: ["state"], properties: { state: { const: "absent" } } },
    ],
  }),
);

/** What an author writes under `spec` of a link. */
export type LinkInput = z.infer<typeof linkSchema>;

/** What a link should be. */
export interface LinkSpec {
  readonly path: string;
  /** As written; for a hard link absolute. Empty for one that is to go wherever it leads. */
  readonly target: string;
  readonly hard: boolean;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** No such link, nor anything else that is no directory. */
export function absentLink(spec: LinkSpec): LinkSpec {
  return { ...spec, isAbsent: true };
}

/** A hard link comes after the file it is another name of. */
export function neededByLink({ hard, target }: LinkSpec): readonly Thing[] {
  return hard ? [`path:${target}`] : [];
}

/**
 * A hard link is one with its target no longer when somebody replaces that, and so does every change of content. Owner and
 * mode are changed in place.
 */
export function isUndoneByChange(
  { hard, target }: LinkSpec,
  { things, changes }: ChangeBefore,
): boolean {
  if (!hard || !things.includes(`path:${target}`)) return false;
  return changes.some(({ path }) => !["mode", "owner", "group"].includes(path));
}

/** Its path; of a symbolic link also where it leads, which decides what paths below it are. */
export function ownedByLink({ path, target, hard, isAbsent }: LinkSpec): readonly Ownership[] {
  const isLeading = !hard && !isAbsent;
  return [{ thing: `path:${path}`, isWhole: true, ...(isLeading ? { leadsTo: target } : {}) }];
}

/** Joins path and input; a hard link's target must be a path of its own. */
export function bindLink(name: string, input: LinkInput, report: BindReport): LinkSpec {
  const { target = "" } = input;
  const isAbsent = input.state === "absent";
  const hard = input.hard === true && target !== "";
  checkAbsolutePath(name, "", report);
  if (target === "" && !isAbsent) {
    report("", "a link to nowhere", "write target: where the link leads");
  }
  if (hard) checkAbsolutePath(target, "target", report);
  if (target === name) report("target", "a link to itself", `${name} cannot lead to itself`);
  const force = input.force === true;
  return { path: name, target, hard, force, isAbsent };
}
