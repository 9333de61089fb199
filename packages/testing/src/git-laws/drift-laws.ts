import assert from "node:assert/strict";
import { test } from "node:test";
import { type GitTarget, MOST_KEPT } from "@holdfast/core";
import fc from "fast-check";
import { carryOut } from "../operations/carry-out.ts";
import type { Operation } from "../operations/operation.ts";
import type { GitSubject, OpenGitSubject } from "./git-subject.ts";
import {
  PATH,
  SIGNAL,
  MAIN,
  OLD,
  opened,
  requestFor,
  observe,
  write,
  assertFiles,
} from "./law-checkout.ts";
import { SAMPLE } from "./sample-repository.ts";

/** What somebody may do to the files of a checkout, and what is then to be found again. */
const work: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    type: fc.constant("write" as const),
    path: fc.constantFrom(`${PATH}/README`, `${PATH}/conf/app`, `${PATH}/new`, `${PATH}/own`),
    content: fc.constantFrom("mine\n", "other\n", "", "one\n"),
  }),
  fc.record({
    type: fc.constant("remove" as const),
    path: fc.constantFrom(`${PATH}/README`, `${PATH}/conf`, `${PATH}/new`, `${PATH}/.git/index`),
  }),
);

/** What becomes of what others do to a checkout. */
export function driftLaws(open: OpenGitSubject, histories: number): void {
  test("K10: whatever is done to files, the commit is there again and nothing is lost", async () => {
    const steps = fc.array(fc.tuple(work, fc.constantFrom(MAIN, OLD)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        await using subject = await opened(open);
        await subject.git.checkOut(requestFor(OLD), SIGNAL);
        for (const [operation, target] of history) await assertKeeps(subject, operation, target);
      }),
      { numRuns: histories },
    );
  });

  test("K10: files that git does not keep are no drift, and stay", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    write(subject, "log", "line\n");
    assert.deepEqual((await observe(subject, MAIN)).checkout.content, { type: "clean" });
    const { kept } = await subject.git.checkOut(requestFor(OLD), SIGNAL);
    assert.deepEqual([kept, subject.read(`${PATH}/log`)], [undefined, "line\n"]);
  });

  test("K10: an unknown file in the way is kept aside", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(OLD), SIGNAL);
    write(subject, "new", "of somebody\n");
    const { kept } = await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    assert.ok(kept !== undefined);
    assert.equal(subject.readKept(PATH, { name: kept.name, file: "new" }), "of somebody\n");
    assertFiles(subject, SAMPLE.second);
  });

  test("K10: a configuration that is not ours is reported and set back, and nothing is compared under it", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    write(subject, ".git/config", '[remote "origin"]\n\turl = /elsewhere\n');
    const { checkout } = await observe(subject, MAIN);
    assert.deepEqual(checkout.content, { type: "unobserved" });
    assert.deepEqual([checkout.repository, checkout.isConfigured], ["/elsewhere", false]);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    assert.equal((await observe(subject, MAIN)).checkout.isConfigured, true);
  });

  test("K10: a HEAD that makes no sense, and a damaged index, are put right", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    for (const [path, content] of [
      [".git/HEAD", "junk"],
      [".git/index", "junk that is longer than any header of an index is"],
    ] as const) {
      write(subject, path, content);
      const { checkout } = await observe(subject, MAIN);
      assert.notDeepEqual([checkout.head, checkout.content.type], [SAMPLE.second, "clean"]);
      const { kept } = await subject.git.checkOut(requestFor(MAIN), SIGNAL);
      assert.equal(kept, undefined, "nothing was lost");
      assert.deepEqual((await observe(subject, MAIN)).checkout.content, { type: "clean" });
    }
  });

  test("K10: the same work is kept once, and of more than the bound the oldest goes", async () => {
    await using subject = await opened(open);
    await subject.git.checkOut(requestFor(MAIN), SIGNAL);
    const keep = async (content: string) => {
      write(subject, "README", content);
      await subject.pass(1000);
      const { kept } = await subject.git.checkOut(requestFor(MAIN, SAMPLE.second), SIGNAL);
      assert.ok(kept !== undefined);
      return kept;
    };
    const first = await keep("work\n");
    assert.deepEqual(await keep("work\n"), first);
    const older = Array.from({ length: MOST_KEPT }, (_, at) => `refs/holdfast/kept/0-${10 + at}`);
    for (const name of older) write(subject, `.git/${name}`, `${SAMPLE.first}\n`);
    assert.deepEqual((await keep("more\n")).dropped, older.slice(0, 2));
    assert.equal((await observe(subject, MAIN)).checkout.kept.length, MOST_KEPT);
  });
}

/** Does something to the files, checks out, and finds what would have been lost. */
async function assertKeeps(
  subject: GitSubject,
  operation: Operation,
  target: GitTarget,
): Promise<void> {
  const commit = target === MAIN ? SAMPLE.second : SAMPLE.first;
  carryOut(operation, subject.actor);
  const before = new Map(NAMES.map((name) => [name, subject.read(`${PATH}/${name}`)]));
  const { kept } = await subject.git.checkOut(requestFor(target), SIGNAL);
  assertFiles(subject, commit);
  assert.deepEqual((await observe(subject, target)).checkout.content, { type: "clean" });
  for (const [name, content] of before) {
    if (content === undefined || content === subject.read(`${PATH}/${name}`)) continue;
    if (COMMITTED.some((files) => files[name] === content)) continue;
    assert.ok(kept !== undefined, `${name} was overwritten and not kept`);
    assert.equal(subject.readKept(PATH, { name: kept.name, file: name }), content);
  }
}

const NAMES = ["README", "conf/app", "new", "own"];
const COMMITTED: readonly Readonly<Record<string, string>>[] = [
  SAMPLE.firstFiles,
  SAMPLE.secondFiles,
];
