import assert from "node:assert/strict";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Fault } from "@holdfast/core";
import { findKey, type KeyPlaces } from "./find-key.ts";
import { SecretsKey } from "./secrets-key.ts";
import { createOwnFile } from "../own-files/write-own-file.ts";

const { signal } = new AbortController();
const userId = process.geteuid?.();

/** Root uses no key under a directory that others can write. */
function scratch(t: TestContext): string {
  const directory = fs.mkdtempSync(join(userId === 0 ? homedir() : tmpdir(), ".holdfast-test-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  return directory;
}

function keyFile(directory: string, name: string, mode = 0o600): { file: string; text: string } {
  const file = join(directory, name);
  const text = SecretsKey.generate();
  fs.writeFileSync(file, `${text}\n`);
  fs.chmodSync(file, mode);
  return { file, text };
}

async function digestOf(places: Omit<KeyPlaces, "userId">): Promise<string | undefined> {
  return (await findKey({ ...places, userId }, signal))?.digest("x");
}

const digest = (text: string) => SecretsKey.parse(text)?.digest("x");

test("B4: the key is the named file, else the systemd credential, else the variable", async (t) => {
  const directory = scratch(t);
  const named = keyFile(directory, "named");
  const credential = keyFile(directory, "holdfast.secrets-key", 0o440);
  const variable = SecretsKey.generate();
  const environment = { CREDENTIALS_DIRECTORY: directory, HOLDFAST_SECRETS_KEY: variable };
  assert.equal(await digestOf({ file: named.file, environment }), digest(named.text));
  assert.equal(await digestOf({ environment }), digest(credential.text));
  const elsewhere = { ...environment, CREDENTIALS_DIRECTORY: join(directory, "none") };
  assert.equal(await digestOf({ environment: elsewhere }), digest(variable));
  assert.equal(await digestOf({ environment: {} }), undefined);
  assert.equal(await digestOf({ environment: { HOLDFAST_SECRETS_KEY: "" } }), undefined);
});

test("B4: a named key that is missing or none is an error; nothing else is tried instead", async (t) => {
  const directory = scratch(t);
  const environment = { HOLDFAST_SECRETS_KEY: SecretsKey.generate() };
  await assert.rejects(digestOf({ file: join(directory, "none"), environment }), {
    reason: "NotFound",
  });
  const wrong = join(directory, "wrong");
  fs.writeFileSync(wrong, "hunter2", { mode: 0o600 });
  const refused = { reason: "SecretsKeyUnavailable" };
  await assert.rejects(digestOf({ file: wrong, environment }), (error) => {
    assert.ok(error instanceof Fault && error.reason === refused.reason);
    assert.doesNotMatch(JSON.stringify(error), /hunter2/);
    return true;
  });
  await assert.rejects(digestOf({ file: directory, environment }), refused);
  await assert.rejects(digestOf({ environment: { HOLDFAST_SECRETS_KEY: "x" } }), refused);
});

test("B4: a key that others can read or replace is refused, and so is a link", async (t) => {
  const directory = scratch(t);
  const refused = { reason: "SecretsKeyUnsafe" };
  for (const mode of [0o640, 0o604, 0o620, 0o644, 0o666]) {
    const { file } = keyFile(directory, `key-${mode}`, mode);
    await assert.rejects(digestOf({ file, environment: {} }), refused);
  }
  keyFile(directory, "holdfast.secrets-key", 0o444);
  await assert.rejects(digestOf({ environment: { CREDENTIALS_DIRECTORY: directory } }), refused);
  const { file } = keyFile(directory, "key");
  const link = join(directory, "link");
  fs.symlinkSync(file, link);
  await assert.rejects(digestOf({ file: link, environment: {} }), refused);
  fs.chmodSync(directory, 0o777);
  const isRoot = userId === 0;
  if (isRoot) await assert.rejects(digestOf({ file, environment: {} }), refused);
  else assert.ok((await digestOf({ file, environment: {} })) !== undefined);
});

test("B4: a key belongs to its user or to root", {
  skip: userId !== 0 && "giving a file away needs root",
}, async (t) => {
  const { file } = keyFile(scratch(t), "key");
  fs.chownSync(file, 1000, 1000);
  await assert.rejects(digestOf({ file, environment: {} }), { reason: "SecretsKeyUnsafe" });
});

test("B4: a new key is its owner's alone, and nothing is ever overwritten", async (t) => {
  const directory = scratch(t);
  const path = join(directory, "key");
  const two = { text: "two\n", mode: 0o600, userId };
  await createOwnFile({ path, text: "one\n", mode: 0o600, userId });
  assert.equal(fs.statSync(path).mode & 0o7777, 0o600);
  await assert.rejects(createOwnFile({ ...two, path }), { reason: "AlreadyExists" });
  const link = join(directory, "link");
  fs.symlinkSync(join(directory, "elsewhere"), link);
  await assert.rejects(createOwnFile({ ...two, path: link }), { reason: "AlreadyExists" });
  assert.equal(fs.readFileSync(path, "utf8"), "one\n");
  assert.deepEqual(fs.readdirSync(directory).toSorted(), ["key", "link"]);
});
