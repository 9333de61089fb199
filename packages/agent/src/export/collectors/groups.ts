import type { LocalGroup, LocalUser } from "@holdfast/core";
import type { Collector } from "../collector.ts";
import { isBroughtAccount } from "./brought-accounts.ts";

/** Groups that somebody made, other than those that come with a user of their name. */
export const groups: Collector = {
  title: "groups",
  kinds: ["group"],
  async collect(evidence) {
    const [byName, users, records] = await Promise.all([
      evidence.groups(),
      evidence.users(),
      evidence.records(),
    ]);
    const found = [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return {
      candidates: found.map((group) => {
        const isBrought = isBroughtAccount(group, records);
        const isOwn = isUsersOwn(group, users);
        const why = isBrought ? "came with the system or a package" : "no package made it";
        return {
          section: "Groups",
          ways: [
            {
              kind: "group",
              name: group.name,
              input: {},
              choose: ({ gid, system }) => (system === true ? { system } : { gid }),
            },
          ],
          why: isOwn ? "comes with the user of its name" : why,
          isDefault: isBrought || isOwn,
        };
      }),
    };
  },
};

function isUsersOwn({ name, gid }: LocalGroup, users: ReadonlyMap<string, LocalUser>): boolean {
  return users.get(name)?.gid === gid;
}
