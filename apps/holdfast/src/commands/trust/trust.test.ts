import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { runCommand } from "../../command-line/run-command.ts";

const userId = process.geteuid?.();

/** A directory of its own. Root uses no key under one that others can write. */
function scratch(t: TestContext): string {
  const directory = fs.mkdtempSync(join(userId === 0 ? homedir() : tmpdir(), ".holdfast-test-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  return directory;
}

/** Runs commands in a directory, and expects how each ends. */
function commandsIn(directory: string, variables: Readonly<Record<string, string>> = {}) {
  return async (code: number, words: readonly string[]): Promise<string> => {
    const texts: string[] = [];
    const stream = { write: (text: string) => texts.push(text) };
    const ended = await runCommand([...words, "--detailed-exit-codes"], {
      environment: { PATH: process.env["PATH"], ...variables },
      directory,
      userId,
      program: ["node", "holdfast"],
      stdout: stream,
      stderr: stream,
      journal: { stdout: false, stderr: false },
    });
    const printed = texts.join("");
    assert.equal(ended, code, `${words.join(" ")}\n${printed}`);
    return printed;
  };
}

type Holdfast = ReturnType<typeof commandsIn>;

async function makeKeys(holdfast: Holdfast, names: readonly string[]): Promise<void> {
  for (const name of names) await holdfast(0, ["keygen", "--out-file", name, "--comment", name]);
}

const ROLE = [
  "--verbs",
  "delete,update",
  "--kinds",
  "file",
  "--names",
  "/srv/**",
  "--agents",
  "web*",
];

test("keygen prints the public half, keeps the other for its owner alone, and overwrites nothing", async (t) => {
  const directory = scratch(t);
  const holdfast = commandsIn(directory);
  const printed = await holdfast(0, ["keygen", "--comment", "anna@example.org"]);
  assert.match(printed, /^ssh-ed25519 AAAA\S+ anna@example\.org\n$/);
  const path = join(directory, "holdfast.key");
  assert.equal(fs.statSync(path).mode & 0o7777, 0o600);
  const pem = fs.readFileSync(path, "utf8");
  assert.match(pem, /^-----BEGIN PRIVATE KEY-----\n/);
  assert.equal(fs.readFileSync(`${path}.pub`, "utf8"), printed);
  assert.match(await holdfast(1, ["keygen"]), /AlreadyExists/);
  fs.rmSync(path);
  assert.match(await holdfast(1, ["keygen"]), /holdfast\.key\.pub exists/);
  assert.ok(!fs.existsSync(path), "no half of a pair is made");
  assert.match(await holdfast(1, ["keygen", "--out-file", "x", "--comment", "a\nb"]), /comment/);
});

test("a trust list is made, changed, signed by enough of its roots, and shown", async (t) => {
  const directory = scratch(t);
  const holdfast = commandsIn(directory);
  await makeKeys(holdfast, ["a", "b", "c", "anna"]);
  const roots = ["a", "b", "c"].flatMap((name) => ["--root-key", `${name}.pub`]);
  const unclear = await holdfast(1, ["trust", "init", "list", ...roots]);
  assert.match(unclear, /UsageInvalid: there are 3 roots/);
  await holdfast(2, ["trust", "init", "list", ...roots, "--threshold", "2"]);
  assert.match(
    await holdfast(1, ["trust", "init", "list", ...roots, "--threshold", "2"]),
    /AlreadyExists/,
  );
  await holdfast(2, ["trust", "add", "list", "anna.pub", ...ROLE]);
  await holdfast(2, ["trust", "sign", "list", "--key", "a"]);
  const few = await holdfast(5, ["trust", "show", "list"]);
  assert.match(few, /version 1, never expires\n/, "nobody had signed when it was changed");
  assert.match(few, /SHA256:\S+ a {2}signed\n {2}SHA256:\S+ b\n/);
  assert.match(few, /anna may approve:\n {2}delete, update of file named \/srv\/\*\* on web\*\n/);
  assert.match(few, /SignersTooFew: the trust list is signed by 1 roots of its own, and needs 2/);
  assert.match(
    await holdfast(2, ["trust", "sign", "list", "--key", "b"]),
    /signed by 2 of its roots/,
  );
  assert.match(await holdfast(0, ["trust", "show", "list"]), /an agent follows it\n/);
  const json: unknown = JSON.parse(await holdfast(0, ["trust", "show", "list", "--out", "json"]));
  assert.equal(Reflect.get(Object(json), "isAccepted"), true);
});

test("a change of a signed list has a higher version, and follows the one before it by the roots of both", async (t) => {
  const directory = scratch(t);
  const holdfast = commandsIn(directory);
  await makeKeys(holdfast, ["a", "b", "anna"]);
  await holdfast(2, ["trust", "init", "list", "--root-key", "a.pub", "--expires", "2001-01-01"]);
  await holdfast(2, ["trust", "add", "list", "anna.pub", ...ROLE]);
  await holdfast(2, ["trust", "sign", "list", "--key", "a"]);
  assert.match(await holdfast(5, ["trust", "show", "list"]), /TrustListExpired/);
  fs.copyFileSync(join(directory, "list"), join(directory, "old"));
  const changed = await holdfast(2, [
    "trust",
    "set",
    "list",
    "--root-key",
    "b.pub",
    "--expires",
    "2999-01-01",
  ]);
  assert.match(changed, /version 2, and nobody has signed it/);
  await holdfast(2, ["trust", "revoke", "list", "anna.pub", "--reason", "lost"]);
  await holdfast(2, ["trust", "sign", "list", "--key", "b"]);
  await holdfast(0, ["trust", "show", "list"]);
  const alone = await holdfast(5, ["trust", "show", "list", "--after", "old"]);
  assert.match(alone, /version 2, expires 2999-01-01T/);
  assert.match(alone, /revoked SHA256:\S+: lost\n/);
  assert.match(alone, /SignersTooFew: .* of the list before it/);
  assert.match(await holdfast(2, ["trust", "sign", "list", "--key", "a"]), /is no root of it/);
  await holdfast(0, ["trust", "show", "list", "--after", "old"]);
  assert.match(
    await holdfast(5, ["trust", "show", "old", "--after", "list"]),
    /TrustListRolledBack/,
  );
  const back = await holdfast(1, ["trust", "add", "list", "anna.pub", ...ROLE]);
  assert.match(back, /InputInvalid: the key SHA256:\S+ is revoked, and cannot come back/);
});

test("nothing signs with a key that others can read, and a list that was edited by hand is refused", async (t) => {
  const directory = scratch(t);
  const holdfast = commandsIn(directory);
  await makeKeys(holdfast, ["a"]);
  await holdfast(2, ["trust", "init", "list", "--root-key", "a.pub"]);
  const [key, list] = [join(directory, "a"), join(directory, "list")];
  fs.chmodSync(key, 0o640);
  assert.match(await holdfast(1, ["trust", "sign", "list", "--key", "a"]), /SigningKeyUnsafe/);
  fs.chmodSync(key, 0o600);
  fs.symlinkSync(key, join(directory, "link"));
  assert.match(await holdfast(1, ["trust", "sign", "list", "--key", "link"]), /SigningKeyUnsafe/);
  const wrong = await holdfast(1, ["trust", "sign", "list", "--key", "list"]);
  assert.match(wrong, /SigningKeyUnavailable/);
  assert.match(await holdfast(11, ["trust", "remove", "list", "a.pub"]), /NotFound: .* no role/);
  assert.match(await holdfast(1, ["trust", "remove", "list", "SHA256:abc"]), /43 characters/);
  assert.match(await holdfast(1, ["trust", "init", "new", "--root-key", "a"]), /is a private one/);
  fs.writeFileSync(list, fs.readFileSync(list, "utf8").replace(",", ", "));
  assert.match(await holdfast(1, ["trust", "show", "list"]), /EnvelopeMalformed: .*\/list: /);
});

const hasSsh = spawnSync("ssh-keygen", ["-?"]).error === undefined;

test("a key of SSH signs a list, in a file and from an agent", {
  skip: !hasSsh && "there is no ssh-keygen",
}, async (t) => {
  const directory = scratch(t);
  const holdfast = commandsIn(directory);
  const path = join(directory, "id");
  const made = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ops", "-f", path]);
  assert.equal(made.status, 0, made.stderr.toString());
  await holdfast(2, ["trust", "init", "list", "--root-key", "id.pub"]);
  await holdfast(2, ["trust", "sign", "list", "--key", "id"]);
  assert.match(await holdfast(0, ["trust", "show", "list"]), /SHA256:\S+ ops {2}signed\n/);
  const socket = join(directory, "agent");
  const agent = spawnSync("ssh-agent", ["-s", "-a", socket], { encoding: "utf8" });
  t.after(() => process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(agent.stdout)?.[1])));
  const environment = { SSH_AUTH_SOCK: socket };
  const env = { PATH: process.env["PATH"], ...environment };
  assert.equal(spawnSync("ssh-add", ["-q", path], { env }).status, 0);
  fs.rmSync(path);
  await holdfast(2, ["trust", "set", "list", "--expires", "2999-01-01"]);
  assert.match(
    await holdfast(1, ["trust", "sign", "list", "--key", "id.pub"]),
    /SigningKeyUnavailable/,
  );
  await commandsIn(directory, environment)(2, ["trust", "sign", "list", "--key", "id.pub"]);
  await holdfast(0, ["trust", "show", "list"]);
});
