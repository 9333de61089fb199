import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNames, type FileSubject, UNSTOPPED } from "./subject.ts";

const ATTEMPT = "0123456789abcdef";

/** Laws of what a write keeps of the content that it replaces. */
export function backupLaws(open: () => Promise<FileSubject>): void {
  test("K1: a backup keeps what is replaced, and replaces an older backup", async () => {
    await using subject = await open();
    subject.tamper.write("/config", "old");
    subject.tamper.chmod("/config", 0o600);
    const write = (text: string): Promise<void> =>
      subject.files.write(
        {
          path: "/config",
          content: new TextEncoder().encode(text),
          attempt: ATTEMPT,
          backupSuffix: ".bak",
        },
        UNSTOPPED,
      );
    await write("second");
    assert.equal(subject.inspect.text("/config.bak"), "old");
    await write("third");
    assert.equal(subject.inspect.text("/config.bak"), "second");
    assert.equal((subject.inspect.stat("/config.bak")?.mode ?? 0) & 0o7777, 0o600);
    assertNames(subject, "/", ["config", "config.bak"]);
  });

  test("K1: the original is kept once, with its mode, and nothing replaces it", async () => {
    await using subject = await open();
    subject.tamper.write("/config", "vendor");
    subject.tamper.chmod("/config", 0o600);
    const kept = { backupSuffix: ".bak", originalSuffix: ".bak.original" };
    for (const text of ["first", "second", "third"]) {
      const content = new TextEncoder().encode(text);
      const request = { path: "/config", content, attempt: ATTEMPT, mode: 0o644, ...kept };
      await subject.files.write(request, UNSTOPPED);
    }
    assert.equal(subject.inspect.text("/config.bak"), "second");
    assert.equal(subject.inspect.text("/config.bak.original"), "vendor");
    assert.equal((subject.inspect.stat("/config.bak.original")?.mode ?? 0) & 0o7777, 0o600);
    assertNames(subject, "/", ["config", "config.bak", "config.bak.original"]);
  });
}
