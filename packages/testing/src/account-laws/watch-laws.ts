import assert from "node:assert/strict";
import { test } from "node:test";
import type { PathHint } from "@holdfast/core";
import { type OpenSubject, UNSTOPPED } from "./subject.ts";

/** More than the time within which changes are gathered. */
const GATHERED_MS = 200;
const PATHS = ["passwd", "shadow", "group", "gshadow", "subuid", "subgid"].map(
  (name) => `/etc/${name}`,
);

const ROUNDS = 100;

/** What the machine is that the laws are tried on. */
export interface WatchLawsOptions {
  /** Its time costs nothing. */
  readonly isSimulated: boolean;
}

/** Laws of hearing of accounts. */
export function watchLaws({ isSimulated }: WatchLawsOptions, open: OpenSubject): void {
  test("K2: passwd replaced by rename is noticed the hundredth time like the first, and so is an edit in place", async () => {
    await using subject = await open();
    const hints: PathHint[] = [];
    await using _watch = await subject.accounts.watch((hint) => hints.push(hint), UNSTOPPED);
    for (let round = 0; round < ROUNDS; round++) {
      for (const path of round === 0 ? PATHS : PATHS.slice(0, 1)) {
        hints.length = 0;
        const text = `${subject.read(path) ?? ""}#\n`;
        if (round % 3 === 1) subject.write(path, text);
        else subject.replace(path, text);
        assert.ok(await subject.until(() => hasHint(hints, path)), `${path}, round ${round}`);
      }
    }
  });

  test("K6: files that the tools keep beside them make no hints, and six files at once are few hints", async () => {
    await using subject = await open();
    const hints: PathHint[] = [];
    await using _watch = await subject.accounts.watch((hint) => hints.push(hint), UNSTOPPED);
    for (const name of ["passwd-", "passwd+", "passwd.4711", "shells"]) {
      subject.write(`/etc/${name}`, "x");
      subject.remove(`/etc/${name}`);
    }
    await subject.sleep(GATHERED_MS);
    assert.deepEqual(hints, []);
    for (let time = 0; time < 5; time++) {
      for (const path of PATHS) subject.replace(path, subject.read(path) ?? "");
    }
    assert.ok(await subject.until(() => PATHS.every((path) => hasHint(hints, path))));
    await subject.sleep(GATHERED_MS);
    assert.ok(hints.length <= 4 * PATHS.length, `${hints.length} hints`);
  });

  test("K6: hints wait while a program holds the lock, and come when it is free", async () => {
    await using subject = await open();
    const hints: PathHint[] = [];
    await using _watch = await subject.accounts.watch((hint) => hints.push(hint), UNSTOPPED);
    await using holder = await subject.startProcess(0);
    subject.write("/etc/passwd.lock", String(holder.pid));
    subject.replace("/etc/passwd", `${subject.read("/etc/passwd") ?? ""}#\n`);
    await subject.sleep(GATHERED_MS);
    assert.deepEqual(hints, []);
    subject.remove("/etc/passwd.lock");
    assert.ok(await subject.until(() => hasHint(hints, "/etc/passwd")));
  });

  test("K6: a watch that was disposed of gets no more events", async () => {
    await using subject = await open();
    const hints: PathHint[] = [];
    const watch = await subject.accounts.watch((hint) => hints.push(hint), UNSTOPPED);
    subject.replace("/etc/passwd", `${subject.read("/etc/passwd") ?? ""}#\n`);
    await watch[Symbol.asyncDispose]();
    assert.equal(await watch.ended, undefined);
    await subject.sleep(GATHERED_MS);
    assert.deepEqual(hints, []);
  });

  if (isSimulated) heldLockLaw(open);
}

function heldLockLaw(open: OpenSubject): void {
  test("K6: an editor that keeps the lock does not keep its changes from being noticed for ever", async () => {
    await using subject = await open();
    const hints: PathHint[] = [];
    await using _watch = await subject.accounts.watch((hint) => hints.push(hint), UNSTOPPED);
    await using holder = await subject.startProcess(0);
    subject.write("/etc/passwd.lock", String(holder.pid));
    subject.replace("/etc/passwd", `${subject.read("/etc/passwd") ?? ""}#\n`);
    await subject.sleep(11_000);
    assert.ok(await subject.until(() => hasHint(hints, "/etc/passwd")));
    subject.remove("/etc/passwd.lock");
  });
}

function hasHint(hints: readonly PathHint[], path: string): boolean {
  return hints.some((hint) => hint.type === "overflow" || hint.path === path);
}
