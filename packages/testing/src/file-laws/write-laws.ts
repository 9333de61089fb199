import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { sha256, temporaryName } from "@holdfast/host";
import {
  assertNames,
  type FileSubject,
  mustFail,
  readPresent,
  UNSTOPPED,
  writeText,
} from "./subject.ts";

const ATTEMPT = "0123456789abcdef";
const NEW_CONTENT = new TextEncoder().encode("new");

/** Laws of the atomic write. */
export function writeLaws(open: () => Promise<FileSubject>): void {
  test("K1: written content is read back, with its mode, and nothing is left beside it", async () => {
    await using subject = await open();
    await subject.files.write(
      { path: "/motd", content: NEW_CONTENT, mode: 0o640, attempt: ATTEMPT },
      UNSTOPPED,
    );
    const { entry, bytes } = await readPresent(subject, { path: "/motd", content: "bytes" });
    assert.deepEqual(Uint8Array.from(bytes ?? []), NEW_CONTENT);
    assert.equal(entry.mode, 0o640);
    assertNames(subject, "/", ["motd"]);
  });

  test("K1: streamed content is written as it comes, its holes too; what fails on the way leaves everything as it was", async () => {
    await using subject = await open();
    const zeros = new Uint8Array(256 * 1024);
    const text = new TextEncoder().encode("between");
    const parts = [zeros, text, zeros, text, zeros];
    const content = Buffer.concat(parts);
    const write = (chunks: AsyncIterable<Uint8Array>, expected: string) =>
      subject.files.write(
        {
          path: "/image",
          content: {
            chunks,
            check: (sha256) => {
              if (sha256 !== expected) throw refusal();
            },
          },
          attempt: ATTEMPT,
        },
        UNSTOPPED,
      );
    const right = sha256.sha256(content);
    await write(chunksOf(parts), right);
    assert.ok(subject.inspect.text("/image") === content.toString());
    await write(chunksOf([text]), sha256.sha256(text));
    for (const [chunks, expected] of [
      [chunksOf(parts), "another"],
      [chunksOf([...parts, undefined]), right],
    ] as const) {
      await mustFail(write(chunks, expected), "DigestMismatch");
      assert.equal(subject.inspect.text("/image"), "between");
      assertNames(subject, "/", ["image"]);
    }
    await write(chunksOf([]), sha256.sha256(""));
    assert.equal(subject.inspect.text("/image"), "");
  });

  test("K1: attributes that are not declared are those of the file that is replaced", async () => {
    await using subject = await open();
    subject.tamper.write("/old", "old");
    subject.tamper.chmod("/old", 0o604);
    await writeText(subject, "/old", "new");
    await writeText(subject, "/fresh", "new");
    assert.equal((subject.inspect.stat("/old")?.mode ?? 0) & 0o7777, 0o604);
    assert.equal((subject.inspect.stat("/fresh")?.mode ?? 0) & 0o7133, 0);
  });

  test("K1: set-uid stays, because the owner is set before the mode", async () => {
    await using subject = await open();
    const { uid } = subject;
    await subject.files.write(
      { path: "/tool", content: NEW_CONTENT, uid, mode: 0o4755, attempt: ATTEMPT },
      UNSTOPPED,
    );
    assert.equal((subject.inspect.stat("/tool")?.mode ?? 0) & 0o7777, 0o4755);
  });

  test("K1: a file is never truncated in place: who has it open keeps the old content", async () => {
    await using subject = await open();
    subject.tamper.write("/config", "old");
    subject.tamper.link("/recorder", "/config");
    await writeText(subject, "/config", "new");
    assert.equal(subject.inspect.text("/config"), "new");
    assert.equal(subject.inspect.text("/recorder"), "old");
  });

  test("K1: the check sees the complete file under another name; its refusal changes nothing", async () => {
    await using subject = await open();
    subject.tamper.write("/config", "old");
    const refusal = new Fault({ reason: "ValidationFailed", message: "no", resolution: "-" });
    const write = subject.files.write(
      {
        path: "/config",
        content: NEW_CONTENT,
        attempt: ATTEMPT,
        validate: async (temporaryPath) => {
          assert(temporaryPath.endsWith(`/${temporaryName("config", ATTEMPT)}`), temporaryPath);
          assert.equal(subject.inspect.text(`/${temporaryName("config", ATTEMPT)}`), "new");
          throw refusal;
        },
      },
      UNSTOPPED,
    );
    assert.equal(await mustFail(write, "ValidationFailed"), refusal);
    assert.equal(subject.inspect.text("/config"), "old");
    assertNames(subject, "/", ["config"]);
  });

  test("K1: the file that is checked ends as its target does, begins with a dot, and is discarded like any other", async () => {
    await using subject = await open();
    const seen: string[] = [];
    for (const name of [
      "app.service",
      "app.tar.gz",
      ".profile",
      "sudoers",
      "a.",
      `a.${"x".repeat(40)}`,
    ]) {
      const validate = async (path: string): Promise<void> => {
        seen.push(path.slice(path.lastIndexOf("/") + 1).replace(temporaryName(name, ATTEMPT), "."));
      };
      const request = { path: `/${name}`, content: NEW_CONTENT, attempt: ATTEMPT };
      await subject.files.write({ ...request, validate }, UNSTOPPED);
    }
    assert.deepEqual(seen, ["..service", "..gz", ".", ".", ".", "."]);
    subject.tamper.write(`/${temporaryName("app.service", ATTEMPT)}.service`, "half");
    await subject.files.discard({ path: "/app.service", attempt: ATTEMPT }, UNSTOPPED);
    assert.ok(!subject.inspect.list("/")?.some((name) => name.startsWith(".holdfast-")));
  });

  test("K1: a check that changes the file is refused", async () => {
    await using subject = await open();
    const validate = async (): Promise<void> =>
      subject.tamper.write(`/${temporaryName("config", ATTEMPT)}`, "something else");
    const write = subject.files.write(
      { path: "/config", content: NEW_CONTENT, attempt: ATTEMPT, validate },
      UNSTOPPED,
    );
    await mustFail(write, "ValidationFailed");
    assertNames(subject, "/", []);
  });

  test("K1: an abort before the rename leaves the old file and no other", async () => {
    await using subject = await open();
    subject.tamper.write("/config", "old");
    const stop = new AbortController();
    const validate = async (): Promise<void> => stop.abort();
    const write = subject.files.write(
      { path: "/config", content: NEW_CONTENT, attempt: ATTEMPT, validate },
      stop.signal,
    );
    await mustFail(write, "Aborted");
    assert.equal(subject.inspect.text("/config"), "old");
    assertNames(subject, "/", ["config"]);
  });

  test("K1: the temporary of a killed attempt is discarded, and only that", async () => {
    await using subject = await open();
    subject.tamper.write(`/${temporaryName("config", ATTEMPT)}`, "half");
    subject.tamper.write(`/${temporaryName("config", "another")}`, "theirs");
    await subject.files.discard({ path: "/config", attempt: ATTEMPT }, UNSTOPPED);
    await subject.files.discard({ path: "/config", attempt: ATTEMPT }, UNSTOPPED);
    await subject.files.discard({ path: "/none/config", attempt: ATTEMPT }, UNSTOPPED);
    assertNames(subject, "/", [temporaryName("config", "another")]);
  });

  test("K1: a file in the way is named and left alone", async () => {
    await using subject = await open();
    subject.tamper.makeDirectory("/dir");
    subject.tamper.makeSpecial("/pipe", "fifo");
    subject.tamper.write("/file", "x");
    for (const path of ["/dir", "/pipe", "/file/below", "/"]) {
      const fault = await mustFail(writeText(subject, path, "new"), "WrongType");
      assert(fault.message.includes(path), fault.message);
    }
    const fault = await mustFail(writeText(subject, "/no/where/file", "new"), "NotFound");
    assert(fault.message.includes("/no does not exist"), fault.message);
    assert(fault.resolution.includes("directory:/no,"), fault.resolution);
    assertNames(subject, "/", ["dir", "pipe", "file"]);
  });

  test("K1: many writes at once into one directory all arrive, and no handle stays open", async () => {
    await using subject = await open();
    const before = subject.openHandles();
    subject.tamper.makeDirectory("/many");
    const names = Array.from({ length: 64 }, (_, index) => `f${index}`);
    await Promise.all(names.map((name) => writeText(subject, `/many/${name}`, name)));
    assertNames(subject, "/many", names);
    for (const name of names) assert.equal(subject.inspect.text(`/many/${name}`), name);
    assert.equal(subject.openHandles(), before);
  });

  test("K1: a name of 255 bytes can be written", async () => {
    await using subject = await open();
    const path = `/${"n".repeat(255)}`;
    await writeText(subject, path, "long");
    assert.equal(subject.inspect.text(path), "long");
    await mustFail(writeText(subject, `${path}n`, "too long"), "HostFailed");
  });
}

/** Chunks that come one by one; `undefined` is a failure on the way. */
async function* chunksOf(
  parts: readonly (Uint8Array | undefined)[],
): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) {
    if (part === undefined) throw refusal();
    yield part;
  }
}

function refusal(): Fault {
  return new Fault({ reason: "DigestMismatch", message: "another", resolution: "Correct it." });
}
