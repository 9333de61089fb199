import assert from "node:assert/strict";
import { test } from "node:test";
import {
  HOMES,
  mustChangeNothing,
  mustFail,
  readUser,
  remember,
  UNSTOPPED,
  type OpenSubject,
} from "./subject.ts";

/** Laws of home directories. */
export function homeLaws(open: OpenSubject): void {
  test("K6: removal keeps the home unless the caller says otherwise, and is made once", async () => {
    await using subject = await open();
    const { accounts } = subject;
    for (const removeHome of [false, true]) {
      const user = { name: "law-new", home: `${HOMES}/new`, createHome: true };
      await subject.finish(accounts.createUser(user, UNSTOPPED));
      subject.write(`${HOMES}/new/data`, "precious");
      await subject.finish(accounts.removeUser("law-new", { removeHome }, UNSTOPPED));
      assert.equal(subject.read(`${HOMES}/new/data`), removeHome ? undefined : "precious");
      await mustChangeNothing(subject, accounts.removeUser("law-new", { removeHome }, UNSTOPPED));
      const { byName } = await subject.finish(accounts.readUsers(UNSTOPPED));
      assert.equal(byName.get("law-new"), undefined);
      subject.remove(`${HOMES}/new`);
    }
  });

  test("K6: a home that is not the user's alone is not removed, nor the user with it", async () => {
    await using subject = await open();
    const { accounts } = subject;
    subject.makeDirectory(`${HOMES}/app`, 0);
    const assertUnchanged = remember(subject);
    const removed = accounts.removeUser("law-app", { removeHome: true }, UNSTOPPED);
    await mustFail(subject, removed, "PathUnsafe");
    assertUnchanged();
    await subject.finish(accounts.removeUser("law-app", { removeHome: false }, UNSTOPPED));
  });

  test("K6: a home is made with the skeleton and the machine's mode, also later, and once", async () => {
    await using subject = await open();
    const { accounts } = subject;
    subject.write("/etc/skel/.lawrc", "hello\n");
    subject.write("/etc/skel/law/deep", "\xff");
    const user = { name: "law-new", home: `${HOMES}/new`, createHome: true };
    await subject.finish(accounts.createUser(user, UNSTOPPED));
    assert.equal(subject.read(`${HOMES}/new/.lawrc`), "hello\n");
    assert.equal(subject.read(`${HOMES}/new/law/deep`), "\xff");
    subject.write(`${HOMES}/new/.lawrc`, "mine\n");
    await subject.finish(accounts.makeHome("law-new", UNSTOPPED));
    assert.equal(subject.read(`${HOMES}/new/.lawrc`), "mine\n");
    subject.remove(`${HOMES}/new`);
    await subject.finish(accounts.createUser(user, UNSTOPPED));
    assert.equal(subject.read(`${HOMES}/new/.lawrc`), "hello\n");
    subject.remove("/etc/skel/.lawrc");
    subject.remove("/etc/skel/law");
  });

  test("K6: the content of a home belongs to the user, and follows its number", async () => {
    await using subject = await open();
    const { accounts } = subject;
    subject.write("/etc/skel/.lawrc", "hello\n");
    const user = { name: "law-new", uid: 20_100, home: `${HOMES}/new`, createHome: true };
    await subject.finish(accounts.createUser(user, UNSTOPPED));
    const owners = () =>
      [`${HOMES}/new`, `${HOMES}/new/.lawrc`].map((path) => subject.ownerOf(path));
    assert.deepEqual(owners(), [20_100, 20_100]);
    await subject.finish(accounts.changeUser("law-new", { uid: 20_200 }, UNSTOPPED));
    assert.deepEqual(owners(), [20_200, 20_200]);
    subject.remove("/etc/skel/.lawrc");
  });

  test("K6: a home moves with what is in it; one that is in the way stops it before anything changes", async () => {
    await using subject = await open();
    const { accounts } = subject;
    subject.makeDirectory(`${HOMES}/app`, 20_000);
    subject.write(`${HOMES}/app/data`, "precious");
    subject.makeDirectory(`${HOMES}/moved`, 20_000);
    const changes = { home: `${HOMES}/moved`, moveHomeFrom: `${HOMES}/app` };
    const assertUnchanged = remember(subject);
    const move = () => accounts.changeUser("law-app", changes, UNSTOPPED);
    await mustFail(subject, move(), "AlreadyExists");
    assertUnchanged();
    subject.remove(`${HOMES}/moved`);
    await subject.finish(move());
    assert.equal(subject.read(`${HOMES}/moved/data`), "precious");
    assert.equal(subject.read(`${HOMES}/app/data`), undefined);
    assert.equal((await readUser(subject, "law-app")).home, `${HOMES}/moved`);
    await mustChangeNothing(subject, move());
  });

  test("K6: a home whose move was cut off behind the entry is moved by the same call", async () => {
    await using subject = await open();
    const { accounts } = subject;
    subject.makeDirectory(`${HOMES}/app`, 20_000);
    subject.write(`${HOMES}/app/data`, "precious");
    const moved = { home: `${HOMES}/moved` };
    await subject.finish(accounts.changeUser("law-app", moved, UNSTOPPED));
    const changes = { ...moved, moveHomeFrom: `${HOMES}/app` };
    await subject.finish(accounts.changeUser("law-app", changes, UNSTOPPED));
    assert.equal(subject.read(`${HOMES}/moved/data`), "precious");
    assert.equal((await readUser(subject, "law-app")).home, `${HOMES}/moved`);
  });

  test("K6: a directory that is not the user's is not moved for it", async () => {
    await using subject = await open();
    subject.makeDirectory(`${HOMES}/other`, 0);
    const changes = { home: `${HOMES}/moved`, moveHomeFrom: `${HOMES}/other` };
    const assertUnchanged = remember(subject);
    const work = subject.accounts.changeUser("law-app", changes, UNSTOPPED);
    await mustFail(subject, work, "PathUnsafe");
    assertUnchanged();
  });
}
