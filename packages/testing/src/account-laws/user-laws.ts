import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, type LocalUser, type NewUser, type UserChanges } from "@holdfast/core";
import fc from "fast-check";
import {
  allFiles,
  HOMES,
  lawFiles,
  mustChangeNothing,
  mustFail,
  readUser,
  remember,
  UNSTOPPED,
  type OpenSubject,
} from "./subject.ts";

const FIELDS = {
  uid: fc.integer({ min: 20_100, max: 20_900 }),
  comment: fc.constantFrom("", "A b", "Zoë, room 7"),
  home: fc.constantFrom("/srv/law/x", "/nonexistent"),
  shell: fc.constantFrom("/bin/false", "/bin/sh"),
  primaryGroup: fc.constantFrom("law-web", "20034"),
};
/** What `lawFiles` say of law-app. */
const APP = { gid: 20_000, primaryGroup: "law-app" };
const CHANGES = fc.record(FIELDS, { requiredKeys: [] });

/** Laws of making, changing and removing users. */
export function userLaws(open: OpenSubject, numRuns: number): void {
  test("K6: a new user is read back, field by field", async () => {
    const groups = fc.subarray(["law-web", "law-old"]);
    await fc.assert(
      fc.asyncProperty(CHANGES, groups, fc.boolean(), async (fields, joined, isSystem) => {
        await using subject = await open();
        const wanted: NewUser = { name: "law-new", ...fields, groups: joined, isSystem };
        await subject.finish(subject.accounts.createUser(wanted, UNSTOPPED));
        const user = await readUser(subject, "law-new");
        assertFields(user, fields);
        assert.deepEqual(user.groups, joined.toSorted());
        if (fields.uid === undefined) assert.equal(user.isSystem, isSystem);
        if (fields.primaryGroup === undefined) assert.equal(user.primaryGroup, "law-new");
        assert(user.shadow.type === "present");
        const { password } = user.shadow.value;
        assert.deepEqual([password.isLocked, password.form], [true, "none"]);
        await mustChangeNothing(subject, subject.accounts.createUser(wanted, UNSTOPPED));
      }),
      { numRuns },
    );
  });

  test("K6: a change touches what is named and nothing else, and is made once", async () => {
    await fc.assert(
      fc.asyncProperty(CHANGES, async (changes) => {
        await using subject = await open();
        const { accounts } = subject;
        const before = await subject.finish(accounts.readUsers(UNSTOPPED));
        await subject.finish(accounts.changeUser("law-app", changes, UNSTOPPED));
        const after = await subject.finish(accounts.readUsers(UNSTOPPED));
        const user = await readUser(subject, "law-app");
        assertFields(user, changes);
        const { gid, primaryGroup } = changes.primaryGroup === undefined ? APP : user;
        const expected = { ...before.byName.get("law-app"), ...changes, gid, primaryGroup };
        assert.deepEqual(user, expected);
        assert.deepEqual([...after.byName].filter(isOther), [...before.byName].filter(isOther));
        await mustChangeNothing(subject, accounts.changeUser("law-app", changes, UNSTOPPED));
      }),
      { numRuns },
    );
  });

  test("K6: lines that are not ours survive every change byte for byte, and broken ones are said", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const { broken } = await subject.finish(accounts.readUsers(UNSTOPPED));
    assert.deepEqual(
      broken.map(({ path, why }) => `${path} ${why}`),
      ["/etc/passwd has 1 fields where 7 belong", "/etc/shadow has 2 fields where 9 belong"],
    );
    const groups = await subject.finish(accounts.readGroups(UNSTOPPED));
    assert.deepEqual(
      groups.broken.map(({ path, why }) => `${path} ${why}`),
      ["/etc/group has 1 fields where 4 belong"],
    );
    const user = { name: "law-new", createHome: true, home: `${HOMES}/new`, groups: ["law-web"] };
    await subject.finish(accounts.createUser(user, UNSTOPPED));
    await subject.finish(accounts.changeUser("law-new", { comment: "x" }, UNSTOPPED));
    await subject.finish(accounts.setLocked("law-new", true, UNSTOPPED));
    await subject.finish(accounts.removeUser("law-new", { removeHome: true }, UNSTOPPED));
    await subject.finish(accounts.createGroup({ name: "law-group" }, UNSTOPPED));
    await subject.finish(accounts.removeGroup("law-group", UNSTOPPED));
    for (const [path, lines] of Object.entries(lawFiles)) {
      assert.ok(subject.read(path)?.includes(lines), path);
    }
  });

  test("K6: names that useradd takes and Debian advises against are refused before anything runs", async () => {
    await using subject = await open();
    const assertUnchanged = remember(subject);
    for (const name of ["Foo.Bar", "123", "-x", "a:b", "a\nb", "", "x".repeat(33)]) {
      await mustFail(subject, subject.accounts.createUser({ name }, UNSTOPPED), "InputInvalid");
      await mustFail(subject, subject.accounts.createGroup({ name }, UNSTOPPED), "InputInvalid");
    }
    const bad: readonly UserChanges[] = [
      { comment: "a:0:0" },
      { comment: "a\nroot2:x:0:0::/:/bin/sh" },
      { home: "relative" },
      { home: "/srv/../root" },
      { shell: "/bin/sh\n" },
      { uid: -1 },
      { primaryGroup: "--root=/x" },
    ];
    for (const changes of bad) {
      const work = subject.accounts.changeUser("law-app", changes, UNSTOPPED);
      await mustFail(subject, work, "InputInvalid");
    }
    await mustFail(subject, subject.accounts.changeUser("--help", {}, UNSTOPPED), "UnknownUser");
    assertUnchanged();
  });

  test("K6: a taken name or number is a fault of its own, and nothing changes", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const create = (user: NewUser) => accounts.createUser(user, UNSTOPPED);
    const before = allFiles(subject);
    await mustFail(subject, create({ name: "law-app", uid: 20_500 }), "NameTaken");
    await mustFail(subject, create({ name: "law-new", uid: 20_000 }), "IdTaken");
    await mustFail(subject, create({ name: "law-new", primaryGroup: "law-none" }), "UnknownUser");
    await mustFail(subject, create({ name: "law-new", groups: ["law-none"] }), "UnknownUser");
    const changed = accounts.changeUser("law-app", { uid: 0, shell: "/bin/false" }, UNSTOPPED);
    await mustFail(subject, changed, "IdTaken");
    assert.deepEqual(allFiles(subject), before);
  });

  test("K6: a user whose group is there already joins it, where useradd alone fails", async () => {
    await using subject = await open();
    await subject.finish(subject.accounts.createUser({ name: "law-web" }, UNSTOPPED));
    assert.equal((await readUser(subject, "law-web")).primaryGroup, "law-web");
  });

  test("K6: an abort ends the work between two tools, never within one, and the same call finishes it", async () => {
    await using subject = await open();
    const stopping = new AbortController();
    const stopped = new Fault({ reason: "Aborted", message: "stopped", resolution: "Go on." });
    subject.onRun(() => stopping.abort(stopped));
    const user: NewUser = { name: "law-new", aging: { maximumDays: 30 } };
    await mustFail(subject, subject.accounts.createUser(user, stopping.signal), "Aborted");
    assert.equal(subject.read("/etc/passwd.lock"), undefined);
    assert.equal((await readUser(subject, "law-new")).shadow.type, "present");
    await subject.finish(subject.accounts.createUser(user, UNSTOPPED));
    const { shadow } = await readUser(subject, "law-new");
    assert(shadow.type === "present");
    assert.equal(shadow.value.aging.maximumDays, 30);
  });
}

function assertFields(user: LocalUser, { primaryGroup, ...fields }: UserChanges): void {
  for (const [field, value] of Object.entries(fields)) {
    assert.deepEqual(Reflect.get(user, field), value, field);
  }
  const group = primaryGroup === "20034" ? "law-old" : primaryGroup;
  if (group !== undefined) assert.equal(user.primaryGroup, group);
}

function isOther([name]: readonly [string, LocalUser]): boolean {
  return name !== "law-app";
}
