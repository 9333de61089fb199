import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertNames,
  type FileSubject,
  mustFail,
  readFault,
  readPresent,
  UNSTOPPED,
  writeText,
} from "./subject.ts";

const SOMEBODY = 12_345;
const ATTEMPT = "0123456789abcdef";

/** Laws of symbolic links on a path, and of making links. */
export function linkLaws(open: () => Promise<FileSubject>): void {
  test("K1: a symlink planted in the path is not followed, sticky bit or not", async () => {
    for (const mode of [0o777, 0o1777, 0o775]) {
      await using subject = await open();
      subject.tamper.write("/secret/file", "theirs");
      subject.tamper.makeDirectory("/shared");
      subject.tamper.chmod("/shared", mode);
      subject.tamper.symlink("/shared/way", "/secret");
      const fault = await mustFail(writeText(subject, "/shared/way/file", "ours"), "PathUnsafe");
      assert(fault.message.includes("/shared/way"), fault.message);
      assert.equal((await readFault(subject, "/shared/way/file")).reason, "PathUnsafe");
      assert.equal(subject.inspect.text("/secret/file"), "theirs");
      assertNames(subject, "/secret", ["file"]);
    }
  });

  test("K1: a trusted link is followed, its target inside the root, and never above it", async () => {
    await using subject = await open();
    subject.tamper.write("/real/deep/file", "found");
    subject.tamper.symlink("/absolute", "/real/deep");
    subject.tamper.symlink("/real/relative", "../../../../real/./deep");
    subject.tamper.symlink("/real/deep/up", "..");
    for (const path of [
      "/absolute/file",
      "/real/relative/file",
      "/real/deep/up/deep/file",
      "/absolute/../deep/file",
    ]) {
      const { bytes } = await readPresent(subject, { path, content: "bytes" });
      assert.equal(new TextDecoder().decode(bytes), "found", path);
    }
    await writeText(subject, "/absolute/new", "written");
    assert.equal(subject.inspect.text("/real/deep/new"), "written");
  });

  test("K1: a write through a link that leads nowhere names the directory that is missing there", async () => {
    await using subject = await open();
    subject.tamper.makeDirectory("/there");
    subject.tamper.symlink("/there/way", "/gone");
    subject.tamper.symlink("/there/file", "/gone/file");
    const write = (path: string) => {
      const request = { path, content: new Uint8Array(), followLink: true, attempt: ATTEMPT };
      return mustFail(subject.files.write(request, UNSTOPPED), "NotFound");
    };
    for (const path of ["/there/way/file", "/there/file"]) {
      const { message, resolution } = await write(path);
      assert.match(
        message,
        /: the directory \/gone, where a link on the way leads, does not exist$/,
      );
      assert.match(resolution, /^Declare directory:\/gone, .* or correct the link\.$/);
    }
  });

  test("K1: a link in the last component is itself unless it is to be followed", async () => {
    await using subject = await open();
    subject.tamper.write("/target", "old");
    subject.tamper.symlink("/link", "target");
    const reading = await readPresent(subject, { path: "/link", content: "bytes" });
    assert.equal(reading.entry.type, "link");
    assert.equal(reading.linkTarget, "target");
    const followed = await readPresent(subject, {
      path: "/link",
      content: "bytes",
      followLink: true,
    });
    assert.equal(followed.entry.type, "file");
    await mustFail(writeText(subject, "/link", "new"), "WrongType");
    const content = new TextEncoder().encode("new");
    await subject.files.write(
      { path: "/link", content, followLink: true, attempt: ATTEMPT },
      UNSTOPPED,
    );
    assert.equal(subject.inspect.text("/target"), "new");
    assert.equal(subject.inspect.linkTarget("/link"), "target");
  });

  test("K1: links that lead to each other end", async () => {
    await using subject = await open();
    subject.tamper.symlink("/a", "b");
    subject.tamper.symlink("/b", "a");
    assert.equal((await readFault(subject, "/a/x")).reason, "LoopTooDeep");
    const request = { path: "/a", content: "none", followLink: true } as const;
    const answer = await subject.files.read(request, UNSTOPPED);
    assert(answer.type === "unknown" && answer.fault.reason === "LoopTooDeep");
    await mustFail(writeText(subject, "/a/x", ""), "LoopTooDeep");
  });

  test("K1: a symbolic link is made as given, and takes a place only with force", async () => {
    await using subject = await open();
    const link = (force: boolean, target = "../anything") =>
      subject.files.makeLink(
        { path: "/link", target, hard: false, force, attempt: ATTEMPT },
        UNSTOPPED,
      );
    await link(false);
    assert.equal(subject.inspect.linkTarget("/link"), "../anything");
    await mustFail(link(false), "AlreadyExists");
    await link(true, "other");
    assert.equal(subject.inspect.linkTarget("/link"), "other");
    assertNames(subject, "/", ["link"]);
  });

  test("K1: a link never takes the place of a directory", async () => {
    await using subject = await open();
    subject.tamper.makeDirectory("/dir");
    const request = { path: "/dir", target: "x", hard: false, attempt: ATTEMPT };
    for (const force of [false, true])
      await mustFail(subject.files.makeLink({ ...request, force }, UNSTOPPED), "WrongType");
    assertNames(subject, "/", ["dir"]);
  });

  test("K1: a hard link shares the inode, and making it again leaves nothing beside it", async () => {
    await using subject = await open();
    subject.tamper.write("/target", "x");
    subject.tamper.write("/name", "in the way");
    const link = (target: string) =>
      subject.files.makeLink(
        { path: "/name", target, hard: true, force: true, attempt: ATTEMPT },
        UNSTOPPED,
      );
    await link("/target");
    await link("/target");
    assert.equal(subject.inspect.stat("/name")?.ino, subject.inspect.stat("/target")?.ino);
    assertNames(subject, "/", ["target", "name"]);
    await mustFail(link("/none"), "NotFound");
    await mustFail(link("/"), "WrongType");
  });
}

/** What only root can try: links that belong to somebody else. */
export function linkOwnerLaws(open: () => Promise<FileSubject>): void {
  test("K1: a symlink that belongs to somebody else is not followed by root", async () => {
    await using subject = await open();
    subject.tamper.write("/secret/file", "theirs");
    subject.tamper.symlink("/way", "/secret");
    subject.tamper.chown("/way", SOMEBODY, SOMEBODY);
    const fault = await readFault(subject, "/way/file");
    assert.equal(fault.reason, "PathUnsafe");
    assert(fault.message.includes(String(SOMEBODY)), fault.message);
    const request = { path: "/way", mode: 0o777, followLink: true };
    await mustFail(subject.files.setAttributes(request, UNSTOPPED), "PathUnsafe");
  });
}
