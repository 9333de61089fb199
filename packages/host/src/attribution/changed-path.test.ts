import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { observeChangedPath } from "./changed-path.ts";

const NO_MOUNTS = () => new Set<string>();

test("attribution: a path is known by every name that leads to it, links resolved inside the root", async (t) => {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-changed-path-")));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(join(root, "real"));
  fs.writeFileSync(join(root, "real/motd"), "x");
  fs.symlinkSync("/real", join(root, "etc"));
  fs.symlinkSync("../../../real/motd", join(root, "real/link"));
  fs.symlinkSync("loop", join(root, "real/loop"));
  const check = async (path: string, expected: readonly string[], isThere: boolean) => {
    const { innerPaths, fullPaths, entry } = await observeChangedPath(path, {
      root,
      mounts: NO_MOUNTS,
    });
    assert.deepEqual(innerPaths, expected);
    assert.deepEqual(
      fullPaths,
      expected.map((each) => root + each),
    );
    assert.equal(entry?.isFile() === true, isThere);
  };
  await check("/real/motd", ["/real/motd"], true);
  await check("/etc/motd", ["/etc/motd", "/real/motd"], true);
  await check("/etc/link", ["/etc/link", "/real/link", "/real/motd"], true);
  await check("/etc/none", ["/etc/none", "/real/none"], false);
  await check("/none/a/b", ["/none/a/b"], false);
  await check("/real/loop", ["/real/loop", "/real"], false);
  const behind = { root, mounts: () => new Set([join(root, "real")]) };
  const { entry, innerPaths } = await observeChangedPath("/etc/motd", behind);
  assert.equal(entry, undefined, "what may not answer is not touched");
  assert.deepEqual(innerPaths, ["/etc/motd", "/real/motd"]);
});

test("attribution: whatever the links are, no name leads out of the root", async (t) => {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-changed-path-")));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const name = fc.constantFrom("a", "b", "c", "..", ".");
  const target = fc
    .tuple(fc.boolean(), fc.array(name, { minLength: 1, maxLength: 4 }))
    .map(([isAbsolute, names]) => (isAbsolute ? "/" : "") + names.join("/"));
  await fc.assert(
    fc.asyncProperty(
      target,
      target,
      fc.array(name, { minLength: 1 }),
      async (one, other, names) => {
        for (const each of ["a", "b"]) fs.rmSync(join(root, each), { force: true });
        fs.symlinkSync(one, join(root, "a"));
        fs.symlinkSync(other, join(root, "b"));
        const path = `/${names.join("/")}`;
        const { fullPaths } = await observeChangedPath(path, { root, mounts: NO_MOUNTS });
        for (const full of fullPaths) {
          assert.ok(full === root || full.startsWith(`${root}/`), `${path} → ${full}`);
        }
      },
    ),
  );
});
