import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import fc from "fast-check";
import { publicKeyLine } from "../keys/public-key.ts";
import { opensshKeyFile, plainKey, securityKey, sshKey } from "../testing/sample-keys.ts";
import { parseArmor, printArmor } from "./armor.ts";
import { isSshSignatureOf, parseSshSignature, printSshSignature } from "./ssh-signature.ts";
import { sshSigner } from "./ssh-signer.ts";

const { signal } = new AbortController();
const message = Buffer.from("what is signed");
const hasSsh = spawnSync("ssh-keygen", ["-?"]).error === undefined;
const skip = !hasSsh && "there is no ssh-keygen";

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a signature of SSH comes back from its binary form and from its text, and fits its message alone", async () => {
  for (const { key, signer } of [sshKey("ben"), securityKey("chris")]) {
    const { signature } = await signer.sign(message, signal);
    const parsed = parseSshSignature(parseArmor(printArmor(signature)) ?? assert.fail());
    assert.ok(parsed !== undefined && parsed.key.id === key.id);
    assert.deepEqual(Buffer.from(printSshSignature(parsed)), Buffer.from(signature));
    assert.ok(isSshSignatureOf(message, parsed));
    assert.ok(!isSshSignatureOf(Buffer.from("another"), parsed));
  }
});

test("no flipped bit and no cut of a signature of SSH is taken", async () => {
  const signatures = await Promise.all(
    [sshKey("ben"), securityKey("chris")].map(({ signer }) => signer.sign(message, signal)),
  );
  const one = fc.constantFrom(...signatures);
  fc.assert(
    fc.property(
      one,
      fc.nat(),
      fc.nat({ max: 7 }),
      fc.boolean(),
      ({ keyId, signature }, where, bit, isCut) => {
        const bytes = Buffer.from(signature);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const parsed = parseSshSignature(isCut ? bytes.subarray(0, at) : bytes);
        assert.ok(
          parsed === undefined || parsed.key.id !== keyId || !isSshSignatureOf(message, parsed),
        );
      },
    ),
    { numRuns: 300 },
  );
});

suite("the ssh-keygen of this machine", { skip }, () => {
  test("verifies what is made here, of a key and of a security key", async (t) => {
    const directory = scratch(t);
    for (const { key, signer } of [sshKey("ben"), securityKey("chris")]) {
      const allowed = join(directory, "allowed");
      writeFileSync(allowed, `me ${publicKeyLine(key)}\n`);
      const { signature } = await signer.sign(message, signal);
      writeFileSync(join(directory, "sig"), printArmor(signature));
      const words = [
        "-Y",
        "verify",
        "-f",
        allowed,
        "-I",
        "me",
        "-n",
        "holdfast",
        "-s",
        join(directory, "sig"),
      ];
      const { status, stdout, stderr } = spawnSync("ssh-keygen", words, { input: message });
      assert.equal(status, 0, `${stdout.toString()}${stderr.toString()}`);
      assert.ok(stdout.toString().includes(key.id), "it calls the key by our id");
    }
  });

  test("signs with a key of its own, which is verified here", async (t) => {
    const file = join(scratch(t), "id_ed25519");
    writeFileSync(file, opensshKeyFile("ben"), { mode: 0o600 });
    const environment = { PATH: process.env["PATH"] };
    const made = await sshSigner({ file, environment }).sign(message, signal);
    assert.equal(made.keyId, plainKey("ben").key.id);
    const parsed = parseSshSignature(made.signature);
    assert.ok(parsed !== undefined && isSshSignatureOf(message, parsed));
    chmodSync(file, 0o644);
    const refused = sshSigner({ file, environment }).sign(message, signal);
    await assert.rejects(refused, {
      reason: "SigningKeyUnavailable",
      message: /permissions|too open/i,
    });
  });

  test("a signature that it made for another purpose, such as a commit, is none here", (t) => {
    const file = join(scratch(t), "id_ed25519");
    writeFileSync(file, opensshKeyFile("ben"), { mode: 0o600 });
    for (const [namespace, isTaken] of [
      ["git", false],
      ["holdfast", true],
    ] as const) {
      const words = ["-q", "-Y", "sign", "-n", namespace, "-f", file];
      const { stdout } = spawnSync("ssh-keygen", words, { input: message, encoding: "utf8" });
      const bytes = parseArmor(stdout) ?? assert.fail("it signed nothing");
      assert.equal(parseSshSignature(bytes) !== undefined, isTaken);
    }
  });

  test("a key that is held by an agent signs with its public file alone", async (t) => {
    const directory = scratch(t);
    const socket = join(directory, "agent");
    const agent = spawnSync("ssh-agent", ["-s", "-a", socket], { encoding: "utf8" });
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent.stdout)?.[1]);
    t.after(() => process.kill(pid));
    const file = join(directory, "id_ed25519");
    writeFileSync(file, opensshKeyFile("ben"), { mode: 0o600 });
    const environment = { PATH: process.env["PATH"], SSH_AUTH_SOCK: socket };
    assert.equal(spawnSync("ssh-add", ["-q", file], { env: environment }).status, 0);
    rmSync(file);
    writeFileSync(`${file}.pub`, `${publicKeyLine(plainKey("ben").key)}\n`);
    const made = await sshSigner({ file: `${file}.pub`, environment }).sign(message, signal);
    assert.equal(made.keyId, plainKey("ben").key.id);
  });

  test("what does not come to a signature is a fault that says why", async (t) => {
    const file = join(scratch(t), "none");
    const environment = { PATH: process.env["PATH"] };
    const none = sshSigner({ file, environment }).sign(message, signal);
    await assert.rejects(none, { reason: "SigningKeyUnavailable", message: /none/ });
    const stopped = new AbortController();
    stopped.abort();
    const aborted = sshSigner({ file, environment }).sign(message, stopped.signal);
    await assert.rejects(aborted, { reason: "Aborted" });
    const missing = sshSigner({ file, environment: { PATH: "/nowhere" } }).sign(message, signal);
    await assert.rejects(missing, { reason: "CommandNotFound" });
  });
});
