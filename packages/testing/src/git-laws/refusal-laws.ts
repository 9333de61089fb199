import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultReason, GitTarget } from "@holdfast/core";
import { carryOut } from "../operations/carry-out.ts";
import type { Operation } from "../operations/operation.ts";
import type { OpenGitSubject } from "./git-subject.ts";
import { PATH, REPOSITORY, SIGNAL, MAIN, opened, requestFor, write } from "./law-checkout.ts";

/** What is refused, and leaves everything as it was. */
export function refusalLaws(open: OpenGitSubject): void {
  const starts: readonly (readonly [string, FaultReason, GitTarget, readonly Operation[]])[] = [
    ["a file", "WrongType", MAIN, [{ type: "write", path: PATH, content: "mine" }]],
    [
      "a directory with files",
      "DirectoryNotEmpty",
      MAIN,
      [{ type: "write", path: `${PATH}/a`, content: "" }],
    ],
    ["a tag that is nowhere", "RevisionNotFound", { type: "tag", name: "v9" }, []],
    ["a branch that is nowhere", "RevisionNotFound", { type: "branch", name: "nine" }, []],
    [
      "a commit that is nowhere",
      "RevisionNotFound",
      { type: "revision", name: "9".repeat(40) },
      [],
    ],
    ["no remote", "RemoteUnreachable", MAIN, [{ type: "remove", path: REPOSITORY }]],
  ];
  for (const [what, reason, target, operations] of starts) {
    test(`K10: with ${what} nothing is made, and nothing is left behind`, async () => {
      await using subject = await opened(open);
      for (const operation of operations) carryOut(operation, subject.actor);
      const tree = subject.tree();
      await assert.rejects(subject.git.checkOut(requestFor(target), SIGNAL), { reason });
      assert.deepEqual(subject.tree(), tree);
    });
  }

  test("K10: a lock that a dead git left is named, and nothing is touched", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    write(subject, "README", "mine\n");
    write(subject, ".git/index.lock", "");
    const tree = subject.tree();
    const refused = { reason: "CheckoutLocked", message: /\/srv\/app\/\.git\/index\.lock/ };
    await assert.rejects(subject.git.checkOut(requestFor(MAIN), SIGNAL), refused);
    assert.deepEqual(subject.tree(), tree);
  });

  test("K10: a call that is aborted beforehand does nothing", async () => {
    await using subject = await opened(open);
    const tree = subject.tree();
    const made = subject.git.checkOut(requestFor(MAIN), AbortSignal.abort());
    await assert.rejects(made, { reason: "Aborted" });
    assert.deepEqual(subject.tree(), tree);
  });
}
