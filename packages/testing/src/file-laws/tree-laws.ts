import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNames, type FileSubject, mustFail, UNSTOPPED } from "./subject.ts";

const SOMEBODY = 12_345;

/** Laws of directories, attributes and removal. */
export function treeLaws(open: () => Promise<FileSubject>): void {
  const modeOf = (subject: FileSubject, path: string): number =>
    (subject.inspect.stat(path)?.mode ?? 0) & 0o7777;

  test("K1: a directory is made once, with its mode", async () => {
    await using subject = await open();
    const make = (path: string, mode?: number) =>
      subject.files.makeDirectory(mode === undefined ? { path } : { path, mode }, UNSTOPPED);
    await make("/plain");
    await make("/secret", 0o700);
    await make("/sticky", 0o1777);
    assert.equal(modeOf(subject, "/plain") & 0o7022, 0);
    assert.equal(modeOf(subject, "/secret"), 0o700);
    assert.equal(modeOf(subject, "/sticky"), 0o1777);
    await mustFail(make("/plain"), "AlreadyExists");
    await mustFail(make("/none/below"), "NotFound");
  });

  test("K1: attributes are set on what is there, and nothing else is changed", async () => {
    await using subject = await open();
    subject.tamper.write("/file", "x");
    subject.tamper.chmod("/file", 0o6755);
    await subject.files.setAttributes({ path: "/file", uid: subject.uid }, UNSTOPPED);
    assert.equal(modeOf(subject, "/file"), 0o6755);
    await subject.files.setAttributes({ path: "/file", mode: 0o600 }, UNSTOPPED);
    assert.equal(modeOf(subject, "/file"), 0o600);
    assert.equal(subject.inspect.text("/file"), "x");
    const none = { path: "/none", mode: 0o600 };
    await mustFail(subject.files.setAttributes(none, UNSTOPPED), "NotFound");
  });

  test("K1: attributes of a FIFO are set without opening it", async () => {
    await using subject = await open();
    subject.tamper.makeSpecial("/pipe", "fifo");
    await subject.files.setAttributes({ path: "/pipe", mode: 0o620 }, UNSTOPPED);
    assert.equal(modeOf(subject, "/pipe"), 0o620);
  });

  test("K1: a file that others may have linked into their directory is not given away", async () => {
    await using subject = await open();
    subject.tamper.write("/secret", "root's");
    subject.tamper.makeDirectory("/shared");
    subject.tamper.chmod("/shared", 0o777);
    subject.tamper.link("/shared/mine", "/secret");
    const request = { path: "/shared/mine", mode: 0o666 };
    await mustFail(subject.files.setAttributes(request, UNSTOPPED), "PathUnsafe");
    assert.notEqual(modeOf(subject, "/secret"), 0o666);
  });

  test("K1: removal takes what is named; nothing there is fine", async () => {
    await using subject = await open();
    subject.tamper.write("/file", "x");
    subject.tamper.write("/dir/file", "x");
    const remove = (path: string, recursive?: boolean) =>
      subject.files.remove(recursive === undefined ? { path } : { path, recursive }, UNSTOPPED);
    await remove("/file");
    await remove("/file");
    await remove("/none/file");
    await mustFail(remove("/dir"), "DirectoryNotEmpty");
    assert.equal(subject.inspect.text("/dir/file"), "x");
    await remove("/dir/file");
    await remove("/dir");
    assertNames(subject, "/", []);
  });

  test("K1: removing a tree follows no link out of it, and leaves no handle open", async () => {
    await using subject = await open();
    const before = subject.openHandles();
    subject.tamper.write("/precious/file", "keep");
    subject.tamper.write("/tree/a/b/c", "x");
    subject.tamper.makeSpecial("/tree/a/pipe", "fifo");
    subject.tamper.symlink("/tree/a/out", "/precious");
    subject.tamper.symlink("/tree/a/b/up", "../../../precious/file");
    await subject.files.remove({ path: "/tree", recursive: true }, UNSTOPPED);
    assertNames(subject, "/", ["precious"]);
    assert.equal(subject.inspect.text("/precious/file"), "keep");
    assert.equal(subject.openHandles(), before);
  });

  test("D19: a tree is removed however deep it is", async () => {
    await using subject = await open();
    const before = subject.openHandles();
    for (let depth = 1; depth <= 150; depth += 10) {
      subject.tamper.write(`/tree${"/d".repeat(depth)}/file`, "x");
    }
    subject.tamper.write("/tree/.holdfast-moved-1/file", "x");
    await subject.files.remove({ path: "/tree", recursive: true }, UNSTOPPED);
    assertNames(subject, "/", []);
    assert.equal(subject.openHandles(), before);
  });
}

/** What only root can try: giving things away. */
export function treeOwnerLaws(open: () => Promise<FileSubject>): void {
  test("K1: a link's owner is its own, not its target's", async () => {
    await using subject = await open();
    subject.tamper.write("/target", "x");
    subject.tamper.symlink("/link", "target");
    await subject.files.setAttributes({ path: "/link", uid: SOMEBODY }, UNSTOPPED);
    assert.equal(subject.inspect.stat("/link")?.uid, SOMEBODY);
    assert.equal(subject.inspect.stat("/target")?.uid, 0);
  });
}
