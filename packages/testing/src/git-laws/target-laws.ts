import assert from "node:assert/strict";
import { test } from "node:test";
import type { GitTarget } from "@holdfast/core";
import { carryOut } from "../operations/carry-out.ts";
import type { OpenGitSubject } from "./git-subject.ts";
import {
  PATH,
  SIGNAL,
  MAIN,
  OLD,
  opened,
  requestFor,
  observe,
  assertFiles,
} from "./law-checkout.ts";
import { SAMPLE } from "./sample-repository.ts";

/** What can be checked out. */
export function targetLaws(open: OpenGitSubject): void {
  const targets: readonly (readonly [GitTarget, string])[] = [
    [MAIN, SAMPLE.second],
    [OLD, SAMPLE.first],
    [{ type: "tag", name: "v1" }, SAMPLE.first],
    [{ type: "revision", name: SAMPLE.first }, SAMPLE.first],
    [{ type: "revision", name: SAMPLE.second.slice(0, 8) }, SAMPLE.second],
  ];
  test("K10: a branch, a tag, a commit and a short name are checked out, one after the other", async () => {
    await using subject = await opened(open);
    for (const [target, commit] of targets) {
      const { head, kept } = await subject.git.checkOut(requestFor(target), SIGNAL);
      assert.deepEqual([head, kept], [commit, undefined]);
      assertFiles(subject, commit);
      const { checkout } = await observe(subject, target);
      assert.deepEqual(checkout.content, { type: "clean" });
      assert.deepEqual([checkout.head, checkout.isConfigured], [commit, true]);
      if (target.name.length !== 8) assert.equal(checkout.known, commit);
    }
  });

  test("K10: an empty directory is filled, and keeps its mode", async () => {
    await using subject = await opened(open);
    carryOut({ type: "directory", path: PATH, mode: 0o750 }, subject.actor);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    assertFiles(subject, SAMPLE.second);
    assert.ok(subject.tree().some((line) => line.startsWith(`${PATH} directory 0750 `)));
  });
}
