import assert from "node:assert/strict";
import * as fs from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { GitTarget } from "@holdfast/core";
import { hasProgram } from "@holdfast/testing";
import { type GitRoot, openGitRoot, SIGNAL } from "./testing/open-git-root.ts";

const MAIN: GitTarget = { type: "branch", name: "main" };

/** Makes `within` a submodule of `outer`, at its first commit, by a relative address. */
function addSubmodule(root: GitRoot, outer: string, within: string, commit: string): void {
  const file = "git config -f .gitmodules submodule.x";
  const script = [
    `${file}.path deps/${within}`,
    `${file}.url ../${within}.git`,
    "git add .gitmodules",
    `git update-index --add --cacheinfo 160000,${commit},deps/${within}`,
    "git commit -qm submodule",
    `git push -q ../${outer}.git main`,
  ];
  root.shell(script.join("; "), join(root.root, `${outer}.work`));
}

suite("submodules of git", { skip: !hasProgram("git") && "git is not installed" }, () => {
  test("K10: submodules are checked out, those within them too; drift in them is seen, kept and put right", async () => {
    using root = openGitRoot();
    const inner = root.makeRemote("inner");
    const lib = root.makeRemote("lib");
    root.makeRemote("app");
    addSubmodule(root, "lib", "inner", inner.commits[0] ?? "");
    const commit = root.shell("git rev-parse main", lib.path).trim();
    addSubmodule(root, "app", "lib", commit);
    const request = root.request(MAIN, {
      source: { repository: join(root.root, "app.git") },
      submodules: true,
    });
    const content = async (): Promise<unknown> => {
      const found = await root.git.observe(request, SIGNAL);
      return found.type === "checkout" ? found.checkout.content : found;
    };
    await root.git.checkOut(request, SIGNAL);
    const deep = join(root.root, "app/deps/lib/deps/inner/a");
    assert.equal(fs.readFileSync(deep, "utf8"), "one\n");
    assert.deepEqual(await content(), { type: "clean" });
    fs.writeFileSync(deep, "mine\n");
    const path = "deps/lib/deps/inner/a";
    assert.deepEqual(await content(), { type: "changed", paths: [path], count: 1 });
    const place = { path: join(root.root, "app") };
    const removed = root.git.removeCheckout({ place, force: false }, SIGNAL);
    await assert.rejects(removed, { reason: "LocalWork" });
    await root.git.checkOut(request, SIGNAL);
    assert.deepEqual(await content(), { type: "clean" });
    const kept = root.shell(
      "git show $(git for-each-ref --format='%(refname)' refs/holdfast/kept):a",
      join(root.root, "app/deps/lib/deps/inner"),
    );
    assert.equal(kept, "mine\n");
    fs.rmSync(join(root.root, "app/deps/lib"), { recursive: true });
    assert.deepEqual(await content(), { type: "changed", paths: ["deps/lib"], count: 1 });
    await root.git.checkOut(request, SIGNAL);
    assert.deepEqual(await content(), { type: "clean" });
  });
});
