import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertNames, type FileSubject, mustFail, UNSTOPPED } from "./subject.ts";

const contents = fc.string({ maxLength: 12 });

/** Laws of writing in place, over a file that nothing can replace. */
export function overwriteLaws(open: () => Promise<FileSubject>): void {
  test("K8: whatever was there, the file holds what was written over it, and is the same file", async () => {
    await fc.assert(
      fc.asyncProperty(contents, contents, async (before, after) => {
        await using subject = await open();
        subject.tamper.write("/key", before);
        subject.tamper.chmod("/key", 0o604);
        const inode = subject.inspect.stat("/key")?.ino;
        const handles = subject.openHandles();
        await overwriteText(subject, "/key", after);
        assert.equal(subject.inspect.text("/key"), after);
        assert.equal(subject.inspect.stat("/key")?.ino, inode);
        assert.equal((subject.inspect.stat("/key")?.mode ?? 0) & 0o7777, 0o604);
        assertNames(subject, "/", ["key"]);
        assert.equal(subject.openHandles(), handles);
      }),
      { numRuns: 20 },
    );
  });

  test("K8: nothing is made where nothing is, and nothing but a regular file is written over", async () => {
    await using subject = await open();
    subject.tamper.write("/target", "theirs");
    subject.tamper.symlink("/link", "target");
    subject.tamper.makeDirectory("/dir");
    subject.tamper.makeSpecial("/pipe", "fifo");
    for (const path of ["/link", "/dir", "/pipe", "/target/below"]) {
      const fault = await mustFail(overwriteText(subject, path, "new"), "WrongType");
      assert(fault.message.includes(path), fault.message);
    }
    for (const path of ["/none", "/no/where"]) {
      await mustFail(overwriteText(subject, path, "new"), "NotFound");
    }
    assert.equal(subject.inspect.text("/target"), "theirs");
    assertNames(subject, "/", ["target", "link", "dir", "pipe"]);
  });

  test("K8: a file that somebody may have linked into a directory of theirs is not written over", async () => {
    await using subject = await open();
    subject.tamper.write("/secret/file", "theirs");
    subject.tamper.makeDirectory("/shared");
    subject.tamper.chmod("/shared", 0o1777);
    subject.tamper.link("/shared/key", "/secret/file");
    await mustFail(overwriteText(subject, "/shared/key", "new"), "PathUnsafe");
    assert.equal(subject.inspect.text("/secret/file"), "theirs");
  });

  test("K8: a write that is too long, or aborted, is not begun", async () => {
    await using subject = await open();
    subject.tamper.write("/key", "old");
    await mustFail(overwriteText(subject, "/key", "x".repeat(65_537)), "ContentTooLarge");
    const content = new TextEncoder().encode("new");
    const aborted = AbortSignal.abort();
    await mustFail(subject.files.overwrite({ path: "/key", content }, aborted), "Aborted");
    assert.equal(subject.inspect.text("/key"), "old");
  });

  test("K8: a user who may not write a file does not write over it", async () => {
    await using subject = await open();
    if (subject.uid === 0) return;
    subject.tamper.write("/key", "old");
    subject.tamper.chmod("/key", 0o444);
    await mustFail(overwriteText(subject, "/key", "new"), "PermissionDenied");
    assert.equal(subject.inspect.text("/key"), "old");
  });
}

function overwriteText(subject: FileSubject, path: string, text: string): Promise<void> {
  return subject.files.overwrite({ path, content: new TextEncoder().encode(text) }, UNSTOPPED);
}
