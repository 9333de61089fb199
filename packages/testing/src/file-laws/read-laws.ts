import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileSubject, mustFail, readFault, readPresent, UNSTOPPED } from "./subject.ts";

const GIBIBYTE = 1024 ** 3;

/** Laws of looking. */
export function readLaws(open: () => Promise<FileSubject>): void {
  test("K1: answers come in the order of the requests, each by itself", async () => {
    await using subject = await open();
    subject.tamper.write("/a/one", "1");
    subject.tamper.write("/b/two", "22");
    subject.tamper.symlink("/a/loop", "loop");
    const content = "bytes" as const;
    const paths = ["/b/two", "/a/none", "/a/one", "/a/loop/x", "/a/one/x", "/none/x", "/b/two"];
    const answers = await subject.files.readMany(
      paths.map((path) => ({ path, content })),
      UNSTOPPED,
    );
    const seen = answers.map((answer) =>
      answer.type === "present" ? textOf(answer.value.bytes) : answer.type,
    );
    assert.deepEqual(seen, ["22", "absent", "1", "unknown", "absent", "absent", "22"]);
    assert.equal((await readFault(subject, "/a/loop/x")).reason, "LoopTooDeep");
  });

  test("K1: content is byte-exact, up to the limit and not beyond", async () => {
    await using subject = await open();
    const bytes = Uint8Array.from({ length: 3000 }, (_, index) => index % 256);
    subject.tamper.write("/data", bytes);
    const whole = await readPresent(subject, { path: "/data", content: "bytes", maxBytes: 3000 });
    assert.deepEqual(Uint8Array.from(whole.bytes ?? []), bytes);
    const cut = await readPresent(subject, { path: "/data", content: "bytes", maxBytes: 2999 });
    assert.equal(cut.bytes, undefined);
    assert.equal(cut.entry.sizeBytes, 3000);
  });

  test("K1: a file of any length comes in chunks, up to the limit and not beyond", async () => {
    await using subject = await open();
    const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 7) % 251);
    subject.tamper.write("/data", bytes);
    subject.tamper.symlink("/link", "data");
    const read = async (path: string, maxBytes: number): Promise<Buffer> => {
      const parts: Buffer[] = [];
      const request = { path, maxBytes, followLink: true };
      for await (const chunk of subject.files.stream(request, UNSTOPPED)) {
        parts.push(Buffer.from(chunk));
      }
      return Buffer.concat(parts);
    };
    assert.equal(Buffer.compare(await read("/data", 700_000), bytes), 0);
    assert.equal(Buffer.compare(await read("/link", 700_000), bytes), 0);
    await mustFail(read("/data", 699_999), "ContentTooLarge");
    await mustFail(read("/none", 1), "NotFound");
    subject.tamper.makeDirectory("/directory");
    await mustFail(read("/directory", 1), "NotFound");
  });

  test("K1: an empty file is not the same as a missing one", async () => {
    await using subject = await open();
    subject.tamper.write("/empty", "");
    const reading = await readPresent(subject, { path: "/empty", content: "bytes" });
    assert.equal(reading.bytes?.length, 0);
  });

  test("K1: a long file is hashed in chunks like a short one at once", async () => {
    await using subject = await open();
    subject.tamper.write("/short", "abc");
    subject.tamper.write("/long", new Uint8Array(3 * 1024 * 1024));
    const short = await readPresent(subject, { path: "/short", content: "sha256" });
    const long = await readPresent(subject, { path: "/long", content: "sha256" });
    assert.equal(short.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert.equal(long.sha256, "bbd05cf6097ac9b1f89ea29d2542c1b7b67ee46848393895f5a9e43fa1f621e5");
  });

  test("K1: a huge sparse file is not read into memory", async () => {
    await using subject = await open();
    subject.tamper.write("/huge", "x");
    subject.tamper.truncate("/huge", 2 * GIBIBYTE);
    const reading = await readPresent(subject, { path: "/huge", content: "bytes" });
    assert.equal(reading.bytes, undefined);
    assert.equal(reading.entry.sizeBytes, 2 * GIBIBYTE);
  });

  test("K1: hashing a huge file stops when its signal is aborted", async () => {
    await using subject = await open();
    subject.tamper.write("/huge", "x");
    subject.tamper.truncate("/huge", 64 * GIBIBYTE);
    const stop = new AbortController();
    const hashing = subject.files.read({ path: "/huge", content: "sha256" }, stop.signal);
    setImmediate(() => stop.abort());
    await mustFail(hashing, "Aborted");
  });

  test("K1: a FIFO is seen and never opened", async () => {
    await using subject = await open();
    subject.tamper.makeSpecial("/pipe", "fifo");
    const reading = await readPresent(subject, { path: "/pipe", content: "bytes" });
    assert.equal(reading.entry.type, "fifo");
    assert.equal(reading.bytes, undefined);
  });

  test("K1: mode is the 12 bits", async () => {
    await using subject = await open();
    subject.tamper.makeDirectory("/shared", { mode: 0o755 });
    subject.tamper.chmod("/shared", 0o1777);
    const { entry } = await readPresent(subject, { path: "/shared", content: "none" });
    assert.equal(entry.mode, 0o1777);
    assert.equal(entry.type, "directory");
  });

  test("K1: the root is a directory like others, and what looking opens it closes", async () => {
    await using subject = await open();
    const before = subject.openHandles();
    const { entry } = await readPresent(subject, { path: "/", content: "none" });
    assert.equal(entry.type, "directory");
    for (let index = 0; index < 300; index++) subject.tamper.write(`/d${index}/file`, "x");
    const requests = Array.from({ length: 300 }, (_, index) => ({
      path: `/d${index}/file`,
      content: "bytes" as const,
    }));
    const answers = await subject.files.readMany(requests, UNSTOPPED);
    assert(answers.every((answer) => answer.type === "present"));
    assert.equal(subject.openHandles(), before);
  });

  test("K1: a list is sorted; what is no directory has none", async () => {
    await using subject = await open();
    subject.tamper.write("/dir/b", "");
    subject.tamper.write("/dir/a", "");
    const list = (path: string) => subject.files.list(path, UNSTOPPED);
    assert.deepEqual(await list("/dir"), { type: "present", value: ["a", "b"] });
    assert.equal((await list("/dir/a")).type, "absent");
    assert.equal((await list("/none")).type, "absent");
  });
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
