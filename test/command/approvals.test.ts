import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { PATIENCE_MS, Scratch, Serving } from "./command.ts";

const ABSENT = "{ kind: directory, name: /srv/old, spec: { state: absent, force: true } }";
const ID = "directory:/srv/old";
const WAITING = { type: "result", id: ID, status: "skipped" };

/** A machine with a directory that somebody else filled. */
function prepared(scratch: Scratch): string {
  fs.mkdirSync(scratch.at("srv/old"), { recursive: true });
  fs.writeFileSync(scratch.at("srv/old/data"), "precious\n");
  return scratch.manifest([ABSENT]);
}

/** Runs what needs no root, and must succeed. */
function succeed(scratch: Scratch, ...args: readonly string[]): string {
  const { status, stdout, stderr } = scratch.bare(args);
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** Keys of anna and ben that may delete below /srv, in a list that the agent follows. */
function trusting(scratch: Scratch): void {
  for (const name of ["root", "anna", "ben"]) {
    succeed(scratch, "keygen", "--out-file", `${name}.key`, "--comment", name);
  }
  succeed(scratch, "trust", "init", "trust.json", "--root-key", "root.key.pub");
  const role = "--verbs delete --kinds directory --names /srv/** --agents **".split(" ");
  for (const name of ["anna", "ben"]) {
    succeed(scratch, "trust", "add", "trust.json", `${name}.key.pub`, ...role);
  }
  succeed(scratch, "trust", "sign", "trust.json", "--key", "root.key");
  fs.mkdirSync(scratch.at("etc/holdfast"), { recursive: true });
  fs.copyFileSync(`${scratch.directory}/trust.json`, scratch.at("etc/holdfast/trust.json"));
}

/** An approval of what the agent plans, signed by one of them. */
function signedBy(scratch: Scratch, name: string, file = `${name}.json`): string {
  const made = scratch.run("approve", [ID, "--key", `${name}.key`, "--out-file", file]);
  assert.equal(made.code, 0, made.output);
  return file;
}

/** Waits until the agent, which judges again what waits, gives this reason. */
async function saysWhy(scratch: Scratch, reason: RegExp): Promise<void> {
  const deadline = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const { output } = scratch.run("why", [ID, "--out", "serial"]);
    if (reason.test(output)) return;
    assert.ok(!deadline.aborted, output);
    await setTimeout(100);
  }
}

test("C6: a manifest edit that deletes foreign data waits, is approved by a signature and runs; the replay after a restart is refused", async () => {
  using scratch = new Scratch();
  trusting(scratch);
  const source = prepared(scratch);
  const before = scratch.at("srv/old");
  let replay = "";
  {
    await using serving = new Serving(scratch, [source]);
    const { reason } = await serving.event(WAITING);
    assert.match(String(reason), /approval: destructive: .*holdfast approve directory:\/srv\/old/);
    const byRoot = scratch.run("approve", [ID, "--out", "serial"]);
    assert.match(byRoot.output, /ApprovalMissing: .* is not signed, and there is a trust list/);
    replay = signedBy(scratch, "anna");
    assert.ok(fs.existsSync(`${before}/data`), "what is signed and not given does nothing");
    assert.equal(scratch.run("approve", [replay]).code, 0);
    await serving.event({ type: "result", id: ID, status: "changed" });
    assert.ok(!fs.existsSync(before));
    await serving.end("SIGKILL");
  }
  fs.mkdirSync(before);
  await using serving = new Serving(scratch, [source]);
  await serving.event(WAITING);
  const again = scratch.run("approve", [replay, "--out", "serial"]);
  assert.equal(again.code, 1);
  assert.match(again.output, /ApprovalReplayed: the approval to delete .* was used already/);
  await serving.event({ type: "approval", what: "refused", id: ID });
  await saysWhy(scratch, /ApprovalReplayed/);
  const history = scratch.run("history", [ID, "--out", "serial"]).output;
  assert.match(
    history,
    /approved .*delete by SHA256:[\s\S]*and it begins[\s\S]*refused .*\n.*ApprovalReplayed/,
  );
  assert.ok(fs.existsSync(before));
});

test("C6: where two people are needed, two approvals of one key are refused, and those of two keys count", async () => {
  using scratch = new Scratch();
  trusting(scratch);
  const rule = "{ match: { kinds: [directory] }, approvals: 2 }";
  const policy = `apiVersion: holdfast/v1\nkind: Policy\nrules:\n  - ${rule}\n`;
  fs.writeFileSync(scratch.at("etc/holdfast/policy.yaml"), policy);
  await using serving = new Serving(scratch, [prepared(scratch)]);
  await serving.event(WAITING);
  assert.equal(scratch.run("approve", [signedBy(scratch, "anna")]).code, 0);
  const second = signedBy(scratch, "anna", "second.json");
  const since = serving.events.length;
  const refused = scratch.run("approve", [second, "--out", "serial"]);
  assert.match(refused.output, /SignerRepeated: /);
  await serving.event({ type: "approval", what: "refused", id: ID }, since);
  await saysWhy(scratch, /1 of 2 given.*SignerRepeated/);
  assert.ok(fs.existsSync(scratch.at("srv/old/data")));
  assert.equal(scratch.run("approve", [signedBy(scratch, "ben")]).code, 0);
  await serving.event({ type: "result", id: ID, status: "changed" });
  assert.ok(!fs.existsSync(scratch.at("srv/old")));
});

test("P6: a saved plan is applied once it is approved, and not after something else is declared; without a trust list root approves", () => {
  using scratch = new Scratch();
  const source = prepared(scratch);
  assert.equal(scratch.run("plan", [source, "--save", "site.plan"]).code, 5);
  const text = fs.readFileSync(`${scratch.directory}/site.plan`, "utf8");
  assert.equal(fs.statSync(`${scratch.directory}/site.plan`).mode & 0o777, 0o600);
  assert.match(
    text,
    /^\{"apiVersion":"holdfast\/v1","kind":"Plan",.*"lineage":""/,
    "nothing was applied yet",
  );
  assert.equal(scratch.run("apply", ["site.plan"]).code, 5, "it waits");
  const signed = scratch.run("approve", ["site.plan", "--out-file", "x", "--out", "serial"]);
  assert.match(signed.output, /UsageInvalid: only what is signed/);
  assert.equal(scratch.run("approve", ["site.plan"]).code, 0);
  scratch.manifest([ABSENT, '{ kind: file, name: /new, spec: { content: "new\\n" } }']);
  const moved = scratch.run("apply", ["site.plan", "--out", "serial"]);
  assert.match(moved.output, /PlanOutdated: .*something else is declared since/);
  const waiting = scratch.run("apply", [source, "--only", ID, "--out", "serial"]);
  assert.match(waiting.output, /ApprovalOutdated/, "it was approved for what was declared then");
  scratch.manifest([ABSENT]);
  assert.equal(scratch.run("plan", [source, "--save", "next.plan"]).code, 5);
  const next = fs.readFileSync(`${scratch.directory}/next.plan`, "utf8");
  assert.match(next, /"lineage":"[0-9a-f]{32}"/);
  const known = scratch.run("approve", ["next.plan", "--out", "serial"]);
  assert.match(known.output, /NotFound: nothing of next.plan waits/, "that was approved already");
  assert.equal(scratch.run("apply", ["next.plan"]).code, 2);
  assert.ok(!fs.existsSync(scratch.at("srv/old")));
  assert.equal(scratch.run("apply", ["next.plan"]).code, 0, "what has succeeded is not repeated");
  fs.mkdirSync(scratch.at("srv/old"));
  assert.equal(scratch.run("apply", [source]).code, 5, "an approval is used once");
});
