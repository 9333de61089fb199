import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountWriter, PasswordHash } from "@holdfast/core";
import {
  type AccountSubject,
  allFiles,
  findGroup,
  HASH,
  mustChangeNothing,
  mustFail,
  readUser,
  remember,
  UNSTOPPED,
  type OpenSubject,
} from "./subject.ts";

/** For locks that stay. */
const SHORT_MS = 300;

/** A change, and the tools that it takes. */
type Change = (accounts: AccountWriter) => Promise<void>;

const RANGES = [{ first: 3_100_000_000, count: 65_536 }];
const NEW = {
  name: "law-new",
  groups: ["law-web"],
  subordinateIds: { uids: RANGES, gids: RANGES },
  password: { hash: new PasswordHash(HASH) },
};

/** Changes that touch more than one file. */
const CHANGES: readonly (readonly [string, Change])[] = [
  ["a user is made", (accounts) => accounts.createUser(NEW, UNSTOPPED)],
  [
    "a user is removed",
    (accounts) => accounts.removeUser("law-app", { removeHome: false }, UNSTOPPED),
  ],
  ["a group is made", (accounts) => accounts.createGroup({ name: "law-new" }, UNSTOPPED)],
  ["a group is removed", (accounts) => accounts.removeGroup("law-old", UNSTOPPED)],
  [
    "groups are changed",
    (accounts) =>
      accounts.setMembership("law-app", { add: ["law-app"], remove: ["law-old"] }, UNSTOPPED),
  ],
  ["an account is locked", (accounts) => accounts.setLocked("law-app", false, UNSTOPPED)],
];

/** What the machines can do that the laws are tried on. */
export interface LockLawsOptions {
  /** The tools see the processes of users. */
  readonly seesProcesses: boolean;
}

/** Laws of locks, of tools that are killed, and of users that are busy. */
export function lockLaws({ seesProcesses }: LockLawsOptions, open: OpenSubject): void {
  for (const [title, change] of CHANGES) {
    test(`K6: killed while ${title}: the same call converges from whatever was written`, async () => {
      const whole = await outcomeOf(open, change, undefined);
      for (let files = 0; files <= 6; files++) {
        assert.deepEqual(await outcomeOf(open, change, files), whole, `after ${files} files`);
      }
    });
  }

  test("K6: the lock of another program is waited for, and nothing runs before it is free", async () => {
    await using subject = await open();
    const holder = await subject.startProcess(0);
    subject.write("/etc/group.lock", String(holder.pid));
    const made = subject.accounts.createGroup({ name: "law-new" }, UNSTOPPED);
    await subject.sleep(350);
    assert.deepEqual(subject.runs(), []);
    subject.remove("/etc/group.lock");
    await subject.finish(made);
    assert.ok((await findGroup(subject, "law-new")) !== undefined);
    await holder[Symbol.asyncDispose]();
  });

  test("K6: a lock that stays is a fault that names its holder, and nothing runs", async () => {
    await using subject = await open({ lockTimeoutMs: SHORT_MS });
    const assertUnchanged = remember(subject);
    {
      await using holder = await subject.startProcess(0);
      subject.write("/etc/passwd.lock", String(holder.pid));
      const work = subject.accounts.createGroup({ name: "law-new" }, UNSTOPPED);
      const fault = await mustFail(subject, work, "AccountsLocked");
      assert.match(
        fault.message,
        new RegExp(`/etc/passwd\\.lock is held by \\S+ \\(pid ${holder.pid}\\)`),
      );
    }
    subject.write("/etc/passwd.lock", "");
    const work = subject.accounts.createGroup({ name: "law-new" }, UNSTOPPED);
    const fault = await mustFail(subject, work, "AccountsLocked");
    assert.match(fault.message, /does not say who holds it$/);
    assert.match(fault.resolution, /Remove \/etc\/passwd\.lock/);
    subject.remove("/etc/passwd.lock");
    assertUnchanged();
  });

  test("K6: the record lock of .pwd.lock is waited for like the others", async () => {
    await using subject = await open({ lockTimeoutMs: SHORT_MS });
    const holder = await subject.holdRecordLock();
    const blocked = subject.accounts.createGroup({ name: "law-new" }, UNSTOPPED);
    const fault = await mustFail(subject, blocked, "AccountsLocked");
    assert.match(
      fault.message,
      new RegExp(`\\.pwd\\.lock is held by \\S+ \\(pid ${holder.pid}\\)`),
    );
    assert.deepEqual(subject.runs(), []);
    await holder[Symbol.asyncDispose]();
    await subject.finish(subject.accounts.createGroup({ name: "law-new" }, UNSTOPPED));
  });

  if (seesProcesses) busyLaw(open);
}

function busyLaw(open: OpenSubject): void {
  test("K6: the number of a busy user stays, the fault names the process, and nothing changes", async () => {
    await using subject = await open();
    const { accounts } = subject;
    const uid = { uid: 20_600, shell: "/bin/false" };
    {
      await using busy = await subject.startProcess(20_000);
      const before = allFiles(subject);
      const fault = await mustFail(
        subject,
        accounts.changeUser("law-app", uid, UNSTOPPED),
        "UserBusy",
      );
      assert.match(fault.message, new RegExp(`process ${busy.pid}\\b`));
      const removed = accounts.removeUser("law-app", { removeHome: false }, UNSTOPPED);
      await mustFail(subject, removed, "UserBusy");
      assert.deepEqual(allFiles(subject), before);
      // What a process does not depend on may change.
      await subject.finish(accounts.changeUser("law-app", { shell: "/bin/false" }, UNSTOPPED));
      await subject.finish(accounts.setMembership("law-app", { remove: ["law-web"] }, UNSTOPPED));
    }
    await subject.finish(accounts.changeUser("law-app", uid, UNSTOPPED));
    assert.equal((await readUser(subject, "law-app")).uid, 20_600);
  });
}

/** What is there after a change that was cut off so late, and made again. */
async function outcomeOf(
  open: OpenSubject,
  change: Change,
  killAfter: number | undefined,
): Promise<unknown> {
  await using subject = await open();
  const { accounts } = subject;
  if (killAfter !== undefined) {
    subject.killNextTool(killAfter);
    await subject.finish(change(accounts)).catch(() => {});
  }
  await subject.finish(change(accounts));
  await mustChangeNothing(subject, change(accounts));
  const { byName: users } = await subject.finish(accounts.readUsers(UNSTOPPED));
  const { byName: groups } = await subject.finish(accounts.readGroups(UNSTOPPED));
  const shadows = [...users.values()].map(({ shadow }) =>
    shadow.type === "present"
      ? [NEW.password.hash.equals(shadow.value.password.hash)]
      : shadow.type,
  );
  // An empty group of a removed user may stay: nothing distinguishes it from one that somebody declared.
  const others = [...groups].filter(([name]) => name !== "law-app");
  return { users: [...users], groups: others, shadows, remains: remainsOf(subject) };
}

/** Lines that a removed user must not leave behind for the next one of the name. */
function remainsOf(subject: AccountSubject): readonly number[] {
  const paths = ["/etc/shadow", "/etc/subuid", "/etc/subgid"];
  return paths.map((path) => subject.read(path)?.match(/^law-.*/gm)?.length ?? 0);
}
