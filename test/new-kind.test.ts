import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createKind } from "../scripts/new-kind/create-kind.ts";

const repository = fileURLToPath(new URL("../", import.meta.url));
const SOURCES = "packages/resources/src";

/** A copy of the sources of the kinds, which finds the packages of this repository. */
function copySources(t: TestContext): string {
  const copy = mkdtempSync(join(tmpdir(), "holdfast-new-kind-"));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(join(repository, SOURCES), join(copy, SOURCES), { recursive: true });
  cpSync(join(repository, "packages/resources/package.json"), join(copy, "package.json"));
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  return copy;
}

test("new-kind: what it makes is registered, and keeps the laws of kinds as it is", (t) => {
  const copy = copySources(t);
  const made = createKind(copy, "pilot-balloon");
  assert.ok(typeof made !== "string", String(made));
  const registration = readFileSync(join(copy, SOURCES, "standard-kinds.ts"), "utf8");
  assert.match(registration, /import \{ pilotBalloonKind \} from "\.\/pilot-balloon\/kind\.ts";/);
  assert.match(registration, /"pilot-balloon": pilotBalloonKind,\n\} as const;/);
  const tests = ["standard-kinds.test.ts", "pilot-balloon/conformance.test.ts"];
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--conditions=@holdfast/source", "--test", ...tests.map((path) => join(copy, SOURCES, path))],
    { encoding: "utf8", env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  assert.equal(status, 0, stdout);
});

test("new-kind: a name that is none, or is taken, makes nothing and says why", (t) => {
  const copy = copySources(t);
  const before = readdirSync(join(copy, SOURCES));
  for (const name of ["Git", "git checkout", "../x", "", "-x"]) {
    assert.match(String(createKind(copy, name)), /is no name of a kind: write lower-case words/);
  }
  assert.match(String(createKind(copy, "link")), /link\/spec\.ts is there already/);
  assert.deepEqual(readdirSync(join(copy, SOURCES)), before);
});
