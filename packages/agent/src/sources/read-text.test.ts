import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readText } from "./read-text.ts";

test("B1: of a source that is not UTF-8 the first byte of what is no character is named, with its place", async (t) => {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-text-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  const path = join(directory, "site.yaml");
  const found = async (bytes: Uint8Array) => {
    fs.writeFileSync(path, bytes);
    const { value, diagnostics } = await readText(path, new AbortController().signal);
    const [{ location, detail } = {}] = diagnostics;
    return value ?? `${location?.line}:${location?.column} ${detail}`;
  };
  const latin1 = Buffer.from('name: é\ncontent: "caf\u00e9"\n', "latin1");
  assert.match(await found(latin1), /^1:7 byte 6 \(0xe9\) is not valid UTF-8/);
  const mixed = Buffer.concat([Buffer.from("name: é\n"), latin1.subarray(8)]);
  assert.match(await found(mixed), /^2:14 byte 22 \(0xe9\) is not valid UTF-8/);
  assert.match(await found(Buffer.from("a: é").subarray(0, -1)), /^1:4 byte 3 \(0xc3\)/);
  assert.match(await found(Buffer.from("\ufeffa: 1", "utf16le")), /UTF-16/);
  assert.equal(await found(Buffer.from("\ufeffa: é")), "a: é");
});
