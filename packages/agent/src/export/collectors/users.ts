import type { JsonObject, LocalUser } from "@holdfast/core";
import type { Candidate } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import { isBroughtAccount, namesOfGroups } from "./brought-accounts.ts";

/** Users that people are or made, and what they added to the groups of others. */
export const users: Collector = {
  title: "users",
  kinds: ["user"],
  async collect(evidence) {
    const [byName, groups, records] = await Promise.all([
      evidence.users(),
      evidence.groups(),
      evidence.records(),
    ]);
    const made = new Set(
      [...groups.values()]
        .filter((group) => !isBroughtAccount(group, records))
        .map(({ name }) => name),
    );
    const found = [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return {
      candidates: found.flatMap((user) => {
        const isBrought = isBroughtAccount(user, records);
        return isBrought ? [...membership(user, made), broughtUser(user)] : [ownUser(user)];
      }),
    };
  },
};

function ownUser({ name, isSystem }: LocalUser): Candidate {
  return {
    section: "Users",
    ways: [
      {
        kind: "user",
        name,
        input: { createHome: true },
        choose: (described) => chosenOf(name, described),
      },
    ],
    why: ({ locked }) => {
      const why = isSystem
        ? "is a system user that no package made"
        : "is a user that somebody made";
      // That it is not locked is said only where there is a password.
      return locked === false ? `${why}; ${passwordHole(name)}` : why;
    },
  };
}

function passwordHole(name: string): string {
  return `its password stays here: add password: { $secret: users.${name}.password }`;
}

function broughtUser(user: LocalUser): Candidate {
  return { ...ownUser(user), why: "came with the system or a package", isDefault: true };
}

/** Somebody who came with a package is in groups that did not. */
function membership({ name, groups }: LocalUser, made: ReadonlySet<string>): readonly Candidate[] {
  const joined = groups.filter((group) => made.has(group));
  if (joined.length === 0) return [];
  const choose = (described: JsonObject): JsonObject => ({
    groups: namesOfGroups(described).filter((group) => made.has(group)),
  });
  const way = { kind: "user", name, input: {}, choose } as const;
  return [{ section: "Users", ways: [way], why: "was put into groups that no package made" }];
}

/** What is usual for a user of this name is left to the system. */
function chosenOf(name: string, described: JsonObject): JsonObject {
  const { uid, group, comment, home, createHome, shell, system, locked, expires } = described;
  const groups = namesOfGroups(described);
  return {
    ...(system === true ? { system } : { uid }),
    ...(group === undefined || group === name ? {} : { group }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(comment === undefined || comment === "" ? {} : { comment }),
    ...(home === undefined || home === `/home/${name}` ? {} : { home }),
    ...(createHome === true ? { createHome } : {}),
    ...(shell === undefined ? {} : { shell }),
    ...(locked === true ? { locked } : {}),
    ...(expires === undefined || expires === "never" ? {} : { expires }),
  };
}
