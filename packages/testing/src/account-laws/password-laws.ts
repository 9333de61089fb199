import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordHash, type UserShadow } from "@holdfast/core";
import {
  type AccountSubject,
  allFiles,
  HASH,
  mustChangeNothing,
  mustFail,
  readUser,
  remember,
  UNSTOPPED,
  type OpenSubject,
} from "./subject.ts";

/** Laws of passwords and aging. */
export function passwordLaws(open: OpenSubject): void {
  test("K6: the lock and the hash are two fields: either changes alone, and the same one is not written again", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const isNow = async (isLocked: boolean, hash: string): Promise<void> => {
      const { password } = await shadowOf(subject, "law-app");
      assert.equal(password.isLocked, isLocked);
      assert.ok(new PasswordHash(hash).equals(password.hash));
    };
    const set = (hash: string) =>
      accounts.setPassword("law-app", { hash: new PasswordHash(hash) }, UNSTOPPED);
    const lock = (isLocked: boolean) => accounts.setLocked("law-app", isLocked, UNSTOPPED);
    await isNow(true, "$6$salt$old");
    await mustChangeNothing(subject, lock(true));
    await subject.finish(set(HASH));
    await isNow(true, HASH);
    await mustChangeNothing(subject, set(HASH));
    await subject.finish(lock(false));
    await isNow(false, HASH);
    await mustChangeNothing(subject, lock(false));
    await mustChangeNothing(subject, set(HASH));
    await subject.finish(set("*"));
    await isNow(false, "*");
  });

  test("K6: a user is made with its password, open or locked, and the same call writes nothing", async () => {
    for (const isLocked of [false, true]) {
      await using subject = await open();
      const user = { name: "law-new", password: { hash: new PasswordHash(HASH), isLocked } };
      await subject.finish(subject.accounts.createUser(user, UNSTOPPED));
      const { password } = await shadowOf(subject, "law-new");
      assert.equal(password.isLocked, isLocked);
      assert.ok(user.password.hash.equals(password.hash));
      await mustChangeNothing(subject, subject.accounts.createUser(user, UNSTOPPED));
    }
  });

  test("K6: a user is made to change its password at the first login, whatever setting that wrote", async () => {
    await using subject = await open();
    const password = { hash: new PasswordHash(HASH) };
    const user = { name: "law-new", password, aging: { lastChangeDay: 0, maximumDays: 90 } };
    await subject.finish(subject.accounts.createUser(user, UNSTOPPED));
    const { aging } = await shadowOf(subject, "law-new");
    assert.deepEqual([aging.lastChangeDay, aging.maximumDays], [0, 90]);
    await mustChangeNothing(subject, subject.accounts.createUser(user, UNSTOPPED));
  });

  test("K6: an account without a password is not unlocked, where usermod only warns", async () => {
    await using subject = await open();
    await subject.finish(subject.accounts.createUser({ name: "law-new" }, UNSTOPPED));
    const assertUnchanged = remember(subject);
    const unlocked = subject.accounts.setLocked("law-new", false, UNSTOPPED);
    await mustFail(subject, unlocked, "InputInvalid");
    assertUnchanged();
  });

  test("B4: a hash is on no command line and in no fault, and a plain password is refused", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const password = { hash: new PasswordHash(HASH) };
    await subject.finish(accounts.createUser({ name: "law-new", password }, UNSTOPPED));
    await subject.finish(accounts.setPassword("law-app", { hash: password.hash }, UNSTOPPED));
    await subject.finish(accounts.setLocked("law-app", false, UNSTOPPED));
    for (const run of subject.runs()) assert.ok(!run.join(" ").includes("lawsalt"), run.join(" "));
    const bad = ["hunter2", `${HASH}:0`, `${HASH}\nroot:${HASH}`, `!${HASH}`, ""];
    for (const text of bad) {
      const work = accounts.setPassword("law-app", { hash: new PasswordHash(text) }, UNSTOPPED);
      const fault = await mustFail(subject, work, "InputInvalid");
      if (text !== "") assert.ok(!JSON.stringify(fault).includes(text), text);
    }
    // The tool itself fails, with the hash on its standard input.
    subject.remove("/etc/shadow");
    subject.makeDirectory("/etc/shadow", 0);
    const failed = accounts.createUser({ name: "law-app", password }, UNSTOPPED);
    const thrown = await subject.finish(failed).catch((error: unknown) => error);
    assert.ok(!`${String(thrown)}${JSON.stringify(thrown)}`.includes(HASH));
  });

  test("K6: aging is set field by field, emptied by none, and made once", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const set = (changes: Parameters<typeof accounts.setAging>[1]) =>
      accounts.setAging("law-app", changes, UNSTOPPED);
    const before = await shadowOf(subject, "law-app");
    await subject.finish(set({ maximumDays: 90, expiryDay: 30_000, warningDays: 7 }));
    assert.deepEqual(await shadowOf(subject, "law-app").then(({ aging }) => aging), {
      ...before.aging,
      maximumDays: 90,
      expiryDay: 30_000,
    });
    await mustChangeNothing(
      subject,
      set({ maximumDays: 90, expiryDay: 30_000, inactiveDays: "none" }),
    );
    await subject.finish(set({ expiryDay: "none", lastChangeDay: 0, inactiveDays: 5 }));
    const { aging, password } = await shadowOf(subject, "law-app");
    const { expiryDay: _gone, ...rest } = { ...before.aging, expiryDay: 0 };
    assert.deepEqual(aging, { ...rest, maximumDays: 90, lastChangeDay: 0, inactiveDays: 5 });
    assert.ok(password.hash?.equals(before.password.hash));
  });

  test("K6: a user without a shadow line is not taken for one that cannot be read", async () => {
    await using subject = await open();
    const shadow = subject.read("/etc/shadow") ?? "";
    subject.replace("/etc/shadow", shadow.replace(/^law-app:.*\n/m, ""));
    assert.equal((await readUser(subject, "law-app")).shadow.type, "absent");
    const before = allFiles(subject);
    const work = subject.accounts.setLocked("law-app", false, UNSTOPPED);
    await mustFail(subject, work, "HostFailed");
    assert.deepEqual(allFiles(subject), before);
    subject.remove("/etc/shadow");
    subject.makeDirectory("/etc/shadow", 0);
    assert.equal((await readUser(subject, "law-app")).shadow.type, "unknown");
    subject.remove("/etc/shadow");
    subject.write("/etc/shadow", shadow);
  });
}

async function shadowOf(subject: AccountSubject, name: string): Promise<UserShadow> {
  const { shadow } = await readUser(subject, name);
  assert(shadow.type === "present", `the shadow of ${name} is ${shadow.type}`);
  return shadow.value;
}
