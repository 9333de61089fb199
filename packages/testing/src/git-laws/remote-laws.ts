import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOut } from "../operations/carry-out.ts";
import type { OpenGitSubject } from "./git-subject.ts";
import {
  REPOSITORY,
  SIGNAL,
  MAIN,
  opened,
  requestFor,
  write,
  assertFiles,
} from "./law-checkout.ts";
import { branchAt, SAMPLE } from "./sample-repository.ts";

/** What is known of a remote. */
export function remoteLaws(open: OpenGitSubject): void {
  test("K10: where a branch is is asked once in its time", async () => {
    await using subject = await opened(open);
    const ask = (branch: string, maxAgeMs: number) =>
      subject.git.branchHead({ source: { repository: REPOSITORY }, branch, maxAgeMs }, SIGNAL);
    assert.deepEqual(await ask("main", 60_000), { type: "known", commit: SAMPLE.second });
    carryOut(branchAt(REPOSITORY, "main", SAMPLE.first), subject.actor);
    assert.deepEqual(await ask("main", 60_000), { type: "known", commit: SAMPLE.second });
    await subject.pass(60_000);
    assert.deepEqual(await ask("main", 60_000), { type: "known", commit: SAMPLE.first });
    assert.deepEqual(await ask("nine", 60_000), { type: "absent" });
    carryOut({ type: "remove", path: REPOSITORY }, subject.actor);
    await subject.pass(60_000);
    const gone = await ask("main", 60_000);
    assert.ok(gone.type === "unreachable" && gone.fault.reason === "RemoteUnreachable");
  });

  test("K10: a branch that is moved between asking and fetching is where it was fetched", async () => {
    await using subject = await opened(open);
    const query = { source: { repository: REPOSITORY }, branch: "main", maxAgeMs: 60_000 };
    await subject.git.branchHead(query, SIGNAL);
    carryOut(branchAt(REPOSITORY, "main", SAMPLE.first), subject.actor);
    const { head } = await subject.git.checkOut(requestFor(MAIN, SAMPLE.second), SIGNAL);
    const known = await subject.git.branchHead(query, SIGNAL);
    assert.deepEqual(known, { type: "known", commit: head });
  });

  test("K10: without its remote a checkout is kept at what it has", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    carryOut({ type: "remove", path: REPOSITORY }, subject.actor);
    write(subject, "README", "mine\n");
    const { head, kept } = await subject.git.checkOut(requestFor(MAIN, SAMPLE.second), SIGNAL);
    assert.equal(head, SAMPLE.second);
    assert.ok(kept !== undefined);
    assertFiles(subject, SAMPLE.second);
  });
}
