import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenGitSubject } from "./git-subject.ts";
import { PATH, SIGNAL, MAIN, OLD, opened, requestFor, write } from "./law-checkout.ts";

/** What is removed, and what is not. */
export function removalLaws(open: OpenGitSubject): void {
  const place = { path: PATH };
  test("K10: a checkout without work of its own is removed, and removing none is fine", async () => {
    await using subject = await opened(open);
    const tree = subject.tree();
    for (let times = 0; times < 2; times++) {
      await subject.git.checkOut(requestFor(OLD), SIGNAL);
      await subject.git.removeCheckout({ place, force: false }, SIGNAL);
      await subject.git.removeCheckout({ place, force: false }, SIGNAL);
      assert.deepEqual(subject.tree(), tree);
    }
  });

  test("K10: work that exists nowhere else is not removed, unless that is declared", async () => {
    const works: readonly (readonly [string, string])[] = [
      ["README", "mine\n"],
      ["unknown", "mine\n"],
      [".git/config", "[user]\n\tname = me\n"],
    ];
    for (const [path, content] of works) {
      await using subject = await opened(open);
      await subject.git.checkOut(requestFor(MAIN), SIGNAL);
      write(subject, path, content);
      const tree = subject.tree();
      const kept = subject.git.removeCheckout({ place, force: false }, SIGNAL);
      await assert.rejects(kept, { reason: "LocalWork" }, path);
      assert.deepEqual(subject.tree(), tree);
      await subject.git.removeCheckout({ place, force: true }, SIGNAL);
      assert.equal(subject.actor.typeOf(PATH), undefined);
    }
  });
}
