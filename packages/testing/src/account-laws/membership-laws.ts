import assert from "node:assert/strict";
import { test } from "node:test";
import type { IdRange } from "@holdfast/core";
import fc from "fast-check";
import {
  findGroup,
  mustChangeNothing,
  mustFail,
  readUser,
  remember,
  UNSTOPPED,
  type OpenSubject,
} from "./subject.ts";

const GROUPS = ["law-app", "law-old", "law-web"];

/** Laws of groups, who is in them, and subordinate ids. */
export function membershipLaws(open: OpenSubject, numRuns: number): void {
  test("K6: at least and exactly: groups are added and taken away by name, and no other is touched", async () => {
    const groups = fc.subarray(GROUPS);
    await fc.assert(
      fc.asyncProperty(groups, groups, async (add, others) => {
        await using subject = await open();
        const { accounts } = subject;
        const remove = others.filter((group) => !add.includes(group));
        const before = await readUser(subject, "law-app");
        await subject.finish(accounts.setMembership("law-app", { add, remove }, UNSTOPPED));
        const kept = before.groups.filter((group) => !remove.includes(group));
        const { groups: now } = await readUser(subject, "law-app");
        assert.deepEqual(now, [...new Set([...kept, ...add])].toSorted());
        assert.ok((await findGroup(subject, "law-web"))?.members.includes("outsider"));
        const again = accounts.setMembership("law-app", { add, remove }, UNSTOPPED);
        await mustChangeNothing(subject, again);
      }),
      { numRuns },
    );
  });

  test("K6: a group or user that there is not is a fault, but none to leave is fine", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const assertUnchanged = remember(subject);
    const into = (name: string, group: string) =>
      accounts.setMembership(name, { add: [group] }, UNSTOPPED);
    await mustFail(subject, into("law-app", "law-none"), "UnknownUser");
    await mustFail(subject, into("law-none", "law-web"), "UnknownUser");
    await mustFail(subject, into("--root=/", "law-web"), "InputInvalid");
    const left = accounts.setMembership("law-app", { remove: ["law-none"] }, UNSTOPPED);
    await subject.finish(left);
    assertUnchanged();
  });

  test("K6: a group is made, numbered anew with its users, and removed; each once", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const group = { name: "law-group", gid: 20_700 };
    await subject.finish(accounts.createGroup(group, UNSTOPPED));
    await mustChangeNothing(subject, accounts.createGroup(group, UNSTOPPED));
    assert.deepEqual(await findGroup(subject, "law-group"), {
      ...group,
      members: [],
      isSystem: false,
    });
    await mustFail(
      subject,
      accounts.createGroup({ ...group, gid: 20_701 }, UNSTOPPED),
      "NameTaken",
    );
    await mustFail(
      subject,
      accounts.createGroup({ name: "law-x", gid: 20_700 }, UNSTOPPED),
      "IdTaken",
    );
    await mustFail(subject, accounts.changeGroup("law-app", { gid: 20_700 }, UNSTOPPED), "IdTaken");
    await subject.finish(accounts.changeGroup("law-app", { gid: 20_702 }, UNSTOPPED));
    await mustChangeNothing(subject, accounts.changeGroup("law-app", { gid: 20_702 }, UNSTOPPED));
    const { gid, primaryGroup } = await readUser(subject, "law-app");
    assert.deepEqual([gid, primaryGroup], [20_702, "law-app"]);
    await mustFail(subject, accounts.removeGroup("law-app", UNSTOPPED), "GroupInUse");
    await subject.finish(accounts.removeGroup("law-group", UNSTOPPED));
    await mustChangeNothing(subject, accounts.removeGroup("law-group", UNSTOPPED));
    assert.equal(await findGroup(subject, "law-group"), undefined);
    await subject.finish(accounts.createGroup({ name: "law-system", isSystem: true }, UNSTOPPED));
    assert.equal((await findGroup(subject, "law-system"))?.isSystem, true);
  });

  test("K6: a group is left where a removed user was not alone in it", async () => {
    await using subject = await open();
    const { accounts } = subject;
    await subject.finish(accounts.createUser({ name: "law-new" }, UNSTOPPED));
    await subject.finish(accounts.setMembership("law-app", { add: ["law-new"] }, UNSTOPPED));
    await subject.finish(accounts.removeUser("law-new", { removeHome: false }, UNSTOPPED));
    assert.deepEqual((await findGroup(subject, "law-new"))?.members, ["law-app"]);
  });

  test("K6: subordinate ids become exactly what is declared, and are never shared", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const uids: readonly IdRange[] = [
      { first: 3_100_000_000, count: 10 },
      { first: 3_200_000_000, count: 65_536 },
    ];
    const user = { name: "law-new", subordinateIds: { uids, gids: [] } };
    await subject.finish(accounts.createUser(user, UNSTOPPED));
    const made = await readUser(subject, "law-new");
    assert.deepEqual([made.subordinateUids, made.subordinateGids], [uids, []]);
    const ids = { uids: uids.slice(1), gids: uids };
    await subject.finish(accounts.setSubordinateIds("law-new", ids, UNSTOPPED));
    await mustChangeNothing(subject, accounts.setSubordinateIds("law-new", ids, UNSTOPPED));
    const { subordinateUids, subordinateGids } = await readUser(subject, "law-new");
    assert.deepEqual({ uids: subordinateUids, gids: subordinateGids }, ids);
    const theirs = { uids: [{ first: 2_999_999_990, count: 11 }] };
    await mustFail(subject, accounts.setSubordinateIds("law-new", theirs, UNSTOPPED), "IdTaken");
    await subject.finish(accounts.removeUser("law-new", { removeHome: false }, UNSTOPPED));
    assert.ok(!subject.read("/etc/subuid")?.includes("law-new"));
  });
}
