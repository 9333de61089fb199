import { suite, test } from "node:test";
import { checkSimulated, refuseSimulated } from "@holdfast/testing";
import { startWithAccounts } from "../account/testing/account-files.ts";
import { groupKind } from "./kind.ts";
import type { GroupInput } from "./spec.ts";

const group = (name: string, input: GroupInput) => ({ kind: groupKind, name, input });

suite("group", () => {
  test("is made and renumbered; members that nobody declared stay", async () => {
    await checkSimulated(group("web", { gid: 2001 }), startWithAccounts(), ["state", "gid"]);
    const there = startWithAccounts({ group: "web:x:2002:app\n" });
    await checkSimulated(group("web", { gid: 2001 }), there, ["gid"]);
    await checkSimulated(group("web", {}), there, []);
    await checkSimulated(group("web", { state: "absent" }), there, ["state"]);
  });

  test("the primary group of a user is not removed, and a number is given once", async () => {
    await refuseSimulated(group("app", { state: "absent" }), startWithAccounts(), "GroupInUse");
    await refuseSimulated(group("web", { gid: 1000 }), startWithAccounts(), "IdTaken");
  });
});
