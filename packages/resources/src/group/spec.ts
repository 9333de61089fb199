import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { accountIdSchema, checkAccountName } from "../account/account-fields.ts";
import { stateSchema } from "../declared-state.ts";

/** What an author writes under `spec` of a group; its name is the group's. */
export const groupSchema = z.strictObject({
  gid: z.optional(accountIdSchema.check(z.describe("Its number. Default: the next that is free."))),
  system: z.optional(
    z.boolean().check(z.describe("When it is made: take a number of those for system groups.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a group. */
export type GroupInput = z.infer<typeof groupSchema>;

/** What a group should be. */
export interface GroupSpec {
  readonly name: string;
  readonly gid?: number;
  readonly isSystem: boolean;
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindGroup(name: string, input: GroupInput, report: BindReport): GroupSpec {
  checkAccountName(name, report);
  return {
    name,
    ...(input.gid === undefined ? {} : { gid: input.gid }),
    isSystem: input.system === true,
    isAbsent: input.state === "absent",
  };
}

/** No such group. */
export function absentGroup(spec: GroupSpec): GroupSpec {
  return { ...spec, isAbsent: true };
}
