import type { BindReport, Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import {
  accountsNeeded,
  attributeFields,
  bindAttributes,
  type DeclaredAttributes,
} from "../attributes/attributes.ts";
import { stateSchema } from "../declared-state.ts";

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
  purge: z.optional(
    z.boolean().check(z.describe("Remove entries that nobody declared. Not built yet.")),
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
  /** Of what is below; `undefined` leaves that alone, and nobody looks at it. */
  readonly recurse?: DeclaredAttributes;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** No such directory. What is in it is no part of it: one that is not empty stays, unless the spec said otherwise. */
export function absentDirectory({ path, force }: DirectorySpec): DirectorySpec {
  return { path, force, isAbsent: true };
}

/** A directory comes after the accounts that it names. */
export function neededByDirectory(spec: DirectorySpec): readonly Thing[] {
  return [...accountsNeeded(spec), ...accountsNeeded(spec.recurse ?? {})];
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
  if (input.purge === true) {
    const detail =
      "removing entries that nobody declared is designed but not part of this version: " +
      "leave purge out, and declare what should not be there as absent";
    report("purge", "not built yet", detail);
  }
  return {
    path: name,
    ...bindAttributes(input),
    ...(input.recurse === undefined || isAbsent ? {} : { recurse: bindAttributes(input.recurse) }),
    force: input.force === true,
    isAbsent,
  };
}
