import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Scratch } from "./command/command.ts";
import { blockOfReadme } from "./command/readme.ts";

// What its plan and apply print is compared where there is a package tool: test/testhost/webserver.test.ts.
test("README: its manifest is examples/nginx.yaml and keeps its promises, its blueprint can be applied", () => {
  using scratch = new Scratch();
  const example = readFileSync(new URL("../examples/nginx.yaml", import.meta.url), "utf8");
  assert.equal(blockOfReadme("yaml"), example.replace(/^#.*\n/, ""));
  const manifest = scratch.source("nginx.yaml", blockOfReadme("yaml"));
  const proof = scratch.run("test", [manifest, "--runs", "5", "--facts", "os=debian"]);
  assert.equal(proof.code, 0, proof.output);
  const blueprint = scratch.source("site.ts", blockOfReadme("ts"));
  const applied = scratch.run("apply", [blueprint, "--out", "serial"]);
  assert.match(applied.output, /^Applied: 3 changed/m);
});
