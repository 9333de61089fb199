import type { JsonObject, ResourceKind } from "@holdfast/core";
import { ACCOUNTS_LANE } from "../account/account-fields.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyUser } from "./apply.ts";
import { describeUser } from "./describe.ts";
import { diffUser, fingerprintUser } from "./diff.ts";
import { type UserInput, userSchema } from "./fields.ts";
import { observeUser, snapshotUsers, type UserObserved, type UserSnapshot } from "./observe.ts";
import { USER_RISKS, riskOfUser } from "./risk.ts";
import {
  absentUser,
  bindUser,
  neededByUser,
  takenAwayWithUser,
  usedByUser,
  type UserSpec,
} from "./spec.ts";
import { watchUsers } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/** A user of the machine's own files. Its name is the user's. */
export const userKind: ResourceKind<UserSpec, UserObserved, UserSnapshot, UserInput> = {
  kind: "user",
  summary: "A user of this machine: number, groups, home, shell, password and its ages.",
  support: LINUX_SUPPORT,
  ports: ["accounts", "files", "paths"],
  schema: userSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindUser,
  secretFields: ["password"],
  lanes: () => [ACCOUNTS_LANE],
  snapshot: snapshotUsers,
  observe: observeUser,
  diff: diffUser,
  apply: applyUser,
  risk: riskOfUser,
  risks: USER_RISKS,
  foresee: applyUser,
  watch: watchUsers,
  fingerprint: fingerprintUser,
  details: userDetails,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentUser,
  describe: describeUser,
  losesContent: ({ isAbsent, removeHome }) => isAbsent && removeHome,
  brings: ({ name, home = `/home/${name}` }, thing) =>
    thing === `group:${name}` || thing === `path:${home}` || isBelow(thing, home),
  needs: neededByUser,
  uses: usedByUser,
  takesAway: takenAwayWithUser,
  isFullyWatched: ({ home, createHome }) => !createHome || home !== undefined,
  owns: ({ name }) => [{ thing: `user:${name}`, isWhole: true }],
};

function userDetails({ uid, gid, groups, home, shell }: UserObserved): JsonObject {
  return { uid, gid, groups, home, shell };
}
