import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { readFacts, sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import { loadDirectory } from "./manifest-source.ts";

const FILES = 40;
const READS = 40;
/** Exchanges two directories by renames, several times while they are read once, until it is killed. */
const SWAP = `
const fs = require("node:fs");
const [conf, other, aside] = process.argv.slice(1);
process.stdout.write("ready");
const pause = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  Atomics.wait(pause, 0, 0, 15);
  fs.renameSync(conf, aside);
  fs.renameSync(other, conf);
  fs.renameSync(aside, other);
}`;

test("A4: a directory that is exchanged while it is read gives one state or the other, never a mixture", async (t) => {
  // Root obeys nothing under a directory that others can write.
  const parent = process.geteuid?.() === 0 ? homedir() : tmpdir();
  const scratch = fs.mkdtempSync(join(parent, ".holdfast-swap-"));
  t.after(() => fs.rmSync(scratch, { recursive: true, force: true }));
  const [conf, other] = ["one", "two"].map((word) => makeDirectory(scratch, word));
  assert.ok(conf !== undefined && other !== undefined);
  const swapper = spawn(process.execPath, ["-e", SWAP, conf, other, join(scratch, "aside")]);
  const ended = once(swapper, "close");
  await once(swapper.stdout, "data");
  const options = {
    catalog: createStandardCatalog(),
    hash: sha256,
    facts: await readFacts({ root: "/" }),
    userId: process.geteuid?.() ?? 0,
  };
  const found = { whole: 0, refused: 0 };
  for (let read = 0; read < READS; read++) {
    try {
      const { value } = await loadDirectory(conf, options, new AbortController().signal);
      const contents = new Set(value?.resources.map(({ input }) => JSON.stringify(input)));
      assert.equal(contents.size, 1, "a mixture of two states");
      found.whole += 1;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      assert.match(error.reason, /^(?:SourceChanging|NotFound)$/);
      found.refused += 1;
    }
  }
  swapper.kill("SIGKILL");
  await ended;
  assert.equal(found.whole + found.refused, READS);
  t.diagnostic(`${found.whole} whole, ${found.refused} refused`);
});

function makeDirectory(scratch: string, word: string): string {
  const path = join(scratch, word);
  fs.mkdirSync(path, { mode: 0o755 });
  for (let at = 0; at < FILES; at++) {
    const resource = { kind: "file", name: `/d/f${at}`, spec: { content: word } };
    const metadata = { name: "swapped" };
    const head = { apiVersion: "holdfast/v1", kind: "Manifest", metadata };
    const text = JSON.stringify({ ...head, resources: [resource] });
    fs.writeFileSync(join(path, `${at}.json`), text, { mode: 0o644 });
  }
  return path;
}
