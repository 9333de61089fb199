import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultReason, TreeReading, TreeReadRequest } from "@holdfast/core";
import { assertNames, type FileSubject, mustFail, UNSTOPPED, writeText } from "./subject.ts";

const BOUNDS = { content: "sha256", maxEntries: 1_000, maxBytes: 1_000_000 } as const;
const SHA256_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

/** Laws of reading whole trees. */
export function readTreeLaws(open: () => Promise<FileSubject>): void {
  test("K1: a tree is read with all that is in it, parents first, and no link is followed", async () => {
    await using subject = await open();
    const before = subject.openHandles();
    subject.tamper.write("/tree/b/file", "x");
    subject.tamper.makeSpecial("/tree/b/pipe", "fifo");
    subject.tamper.symlink("/tree/a", "b");
    subject.tamper.symlink("/tree/up", "..");
    subject.tamper.makeDirectory("/tree/c");
    const tree = await present(subject, { path: "/tree", ...BOUNDS });
    assert.deepEqual(linesOf(tree), [
      "a link -> b",
      "b directory",
      `b/file file ${SHA256_OF_X}`,
      "b/pipe fifo",
      "c directory",
      "up link -> ..",
    ]);
    assert.equal(tree.entry.type, "directory");
    const plain = await present(subject, { path: "/tree", ...BOUNDS, content: "none" });
    assert.ok(linesOf(plain).includes("b/file file"));
    assert.equal(subject.openHandles(), before);
  });

  test("K1: a name that is not UTF-8 is read, written, linked to and removed like any other", async () => {
    await using subject = await open();
    const { files, tamper, inspect } = subject;
    // \xe9 and \xff, beside the character that Node reads for both.
    const bytes = ["caf\udce9", "caf\udcff", "caf\uFFFD"];
    for (const name of bytes) tamper.write(`/tree/d\udcfe/${name}`, "x");
    tamper.symlink("/tree/link", "d\udcfe/caf\udce9");
    const tree = await present(subject, { path: "/tree", ...BOUNDS });
    assert.deepEqual(linesOf(tree), [
      "d\udcfe directory",
      ...bytes.map((name) => `d\udcfe/${name} file ${SHA256_OF_X}`),
      "link link -> d\udcfe/caf\udce9",
    ]);
    assert.deepEqual(await files.list("/tree/d\udcfe", UNSTOPPED), {
      type: "present",
      value: bytes,
    });
    const path = "/tree/d\udcfe/caf\udce9";
    await writeText(subject, path, "new");
    assert.equal(inspect.text(path), "new");
    await files.setAttributes({ path, mode: 0o640 }, UNSTOPPED);
    assert.equal((inspect.stat(path)?.mode ?? 0) & 0o7777, 0o640);
    const link = { path: "/tree/copy", target: "caf\udcff", hard: false, force: false };
    await files.makeLink({ ...link, attempt: "0123456789abcdef" }, UNSTOPPED);
    assert.equal(inspect.linkTarget("/tree/copy"), "caf\udcff");
    const refused = files.remove({ path: "/tree/d\udcfe" }, UNSTOPPED);
    const { message } = await mustFail(refused, "DirectoryNotEmpty");
    assert.match(message, /\/tree\/d\\xfe/);
    await files.remove({ path: "/tree", recursive: true }, UNSTOPPED);
    assertNames(subject, "/", []);
  });

  test("K1: an excluded entry is named and not read, and neither are the entries below it", async () => {
    await using subject = await open();
    subject.tamper.write("/tree/keep.bak", "x");
    subject.tamper.write("/tree/cache/big", "x".repeat(10_000));
    subject.tamper.write("/tree/sub/cache/file", "x");
    const exclude = ["*.bak", "/cache"];
    const request = { path: "/tree", content: "sha256", maxEntries: 6, maxBytes: 10 } as const;
    assert.deepEqual(linesOf(await present(subject, { ...request, exclude })), [
      "cache excluded",
      "keep.bak excluded",
      "sub directory",
      "sub/cache directory",
      `sub/cache/file file ${SHA256_OF_X}`,
    ]);
  });

  test("K1: a path that is no directory is reported with its type, and a missing path is absent", async () => {
    await using subject = await open();
    subject.tamper.write("/file", "x");
    subject.tamper.write("/real/file", "x");
    subject.tamper.symlink("/link", "real");
    const read = (path: string, followLink = false) =>
      subject.files.readTree({ path, followLink, ...BOUNDS }, UNSTOPPED);
    assert.equal((await present(subject, { path: "/file", ...BOUNDS })).entry.type, "file");
    assert.equal((await present(subject, { path: "/link", ...BOUNDS })).entry.type, "link");
    assert.equal((await read("/none")).type, "absent");
    assert.equal((await read("/file/below")).type, "absent");
    const followed = await read("/link", true);
    assert.equal(followed.type === "present" && followed.value.entries.length, 1);
  });

  test("D19: the entries, the bytes and the depth of a tree have bounds", async () => {
    await using subject = await open();
    subject.tamper.write("/tree/a", "12345");
    subject.tamper.write("/tree/b", "12345");
    subject.tamper.makeDirectory("/tree/c");
    const unknown = (request: Partial<TreeReadRequest>, reason: FaultReason) =>
      assertUnknown(subject, { path: "/tree", ...BOUNDS, ...request }, reason);
    await present(subject, { path: "/tree", ...BOUNDS, maxEntries: 3, maxBytes: 10 });
    await unknown({ maxEntries: 2 }, "ContentTooLarge");
    await unknown({ maxBytes: 9 }, "ContentTooLarge");
    subject.tamper.write(`/deep${"/d".repeat(63)}/file`, "x");
    await present(subject, { path: "/deep", ...BOUNDS });
    subject.tamper.write(`/deep${"/d".repeat(64)}/file`, "x");
    await unknown({ path: "/deep" }, "ContentTooLarge");
  });

  test("K1: a temporary that an attempt left anywhere in a tree is discarded, and nothing else", async () => {
    await using subject = await open();
    const before = subject.openHandles();
    subject.tamper.write("/tree/a/.holdfast-0123456789abcdef-01234567", "left");
    subject.tamper.write("/tree/.holdfast-0123456789abcdef-89abcdefb", "left");
    subject.tamper.write("/tree/a/.holdfast-fedcba9876543210-01234567", "of another");
    subject.tamper.write("/elsewhere/.holdfast-0123456789abcdef-01234567", "elsewhere");
    subject.tamper.symlink("/tree/out", "../elsewhere");
    const attempt = "0123456789abcdef";
    const discard = (path: string) =>
      subject.files.discard({ path, attempt, isTree: true }, UNSTOPPED);
    await discard("/tree");
    await discard("/none/at/all");
    assert.deepEqual(subject.inspect.list("/tree"), ["a", "out"]);
    assert.deepEqual(subject.inspect.list("/tree/a"), [".holdfast-fedcba9876543210-01234567"]);
    assert.equal(subject.inspect.list("/elsewhere")?.length, 1);
    assert.equal(subject.openHandles(), before);
  });
}

async function present(subject: FileSubject, request: TreeReadRequest): Promise<TreeReading> {
  const answer = await subject.files.readTree(request, UNSTOPPED);
  if (answer.type === "unknown") throw answer.fault;
  assert(answer.type === "present", `${request.path} is ${answer.type}`);
  return answer.value;
}

async function assertUnknown(
  subject: FileSubject,
  request: TreeReadRequest,
  reason: FaultReason,
): Promise<void> {
  const answer = await subject.files.readTree(request, UNSTOPPED);
  assert(answer.type === "unknown", `${request.path} is ${answer.type}`);
  assert.equal(answer.fault.reason, reason, answer.fault.message);
}

function linesOf({ entries }: TreeReading): readonly string[] {
  return entries.map(({ path, found }) => {
    if (found.type !== "present") return `${path} ${found.type}`;
    const { entry, sha256, linkTarget } = found.value;
    const link = linkTarget === undefined ? "" : ` -> ${linkTarget}`;
    return `${path} ${entry.type}${sha256 === undefined ? "" : ` ${sha256}`}${link}`;
  });
}
