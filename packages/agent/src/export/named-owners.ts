import type { JsonObject, LocalGroup, LocalUser } from "@holdfast/core";
import type { Evidence } from "./evidence/evidence.ts";

/** The names of users and groups by their numbers. */
export interface OwnerNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** Reads them; numbers stay numbers where accounts cannot be read. */
export async function readOwnerNames(evidence: Evidence): Promise<OwnerNames> {
  const users = await evidence.users().catch(() => new Map<string, LocalUser>());
  const groups = await evidence.groups().catch(() => new Map<string, LocalGroup>());
  // Of several names of one number the first of the file is its own.
  const first = [...users.values()].toReversed().map(({ uid, name }) => [uid, name] as const);
  const groupNames = [...groups.values()].toReversed().map(({ gid, name }) => [gid, name] as const);
  return { users: new Map(first), groups: new Map(groupNames) };
}

/** Owner and group by name, as a person writes them: the numbers differ from machine to machine. */
export function withNamedOwners(input: JsonObject, names: OwnerNames): JsonObject {
  const { owner, group } = input;
  return {
    ...input,
    ...(typeof owner === "number" ? { owner: names.users.get(owner) ?? owner } : {}),
    ...(typeof group === "number" ? { group: names.groups.get(group) ?? group } : {}),
  };
}
