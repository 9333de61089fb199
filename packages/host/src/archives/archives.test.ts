import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { archiveLaws, readArchive, tarOf } from "@holdfast/testing";
import { keepInFile, keepInMemory } from "./archive-bytes.ts";
import { createArchives } from "./create-archives.ts";
import { expandAtOnce, expandInStreams } from "./expand.ts";

const real = createArchives({ keep: keepInFile, expand: expandInStreams });
archiveLaws("the real machine", real);
archiveLaws("a simulated machine", createArchives({ keep: keepInMemory, expand: expandAtOnce }));

suite("archives that real programs make", () => {
  let directory = "";
  before(() => {
    directory = fs.mkdtempSync(join(tmpdir(), "holdfast-archives-"));
    fs.mkdirSync(join(directory, "tree/bin"), { recursive: true });
    fs.writeFileSync(join(directory, "tree/bin/run"), "#!/bin/sh\n");
    fs.chmodSync(join(directory, "tree/bin/run"), 0o755);
    fs.writeFileSync(join(directory, "tree", "l".repeat(120)), "long\n");
    fs.symlinkSync("bin/run", join(directory, "tree/link"));
  });
  after(() => fs.rmSync(directory, { recursive: true, force: true }));

  function has(program: string): boolean {
    return (process.env["PATH"] ?? "").split(":").some((one) => fs.existsSync(join(one, program)));
  }

  /** What a real maker makes of the tree. */
  function made(command: string, ...args: readonly string[]): Uint8Array {
    const file = join(directory, "made.zip");
    fs.rmSync(file, { force: true });
    execFileSync(
      command,
      args.map((one) => (one === "FILE" ? file : one)),
      {
        cwd: directory,
        stdio: "pipe",
      },
    );
    return fs.readFileSync(file);
  }

  async function checkTree(bytes: Uint8Array): Promise<void> {
    const entries = await readArchive(real, bytes);
    const seen = entries
      .filter(({ type }) => type !== "directory")
      .map(({ path, type, mode, target, content }) => [
        path,
        type,
        type === "link" ? target : mode,
        content,
      ])
      .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
    const long = `tree/${"l".repeat(120)}`;
    const umasked = fs.statSync(join(directory, long)).mode & 0o777;
    assert.deepEqual(
      seen.map(([path, type, extra, content]) => [
        path,
        type,
        extra,
        type === "link" ? "" : content,
      ]),
      [
        ["tree/bin/run", "file", 0o755, "#!/bin/sh\n"],
        ["tree/link", "link", "bin/run", ""],
        [long, "file", umasked, "long\n"],
      ].toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    );
  }

  for (const format of ["oldgnu", "gnu", "pax"]) {
    test(`K10: tar as GNU tar makes it (${format}) is read`, { skip: !has("tar") }, async () => {
      await checkTree(made("tar", `--format=${format}`, "-cf", "FILE", "tree"));
    });
  }
  for (const [program, option] of [
    ["gzip", "-z"],
    ["xz", "-J"],
    ["bzip2", "-j"],
  ] as const) {
    test(`K10: tar compressed by ${program} is read, and damage is found`, {
      skip: !has(program),
    }, async () => {
      const bytes = made("tar", option, "-cf", "FILE", "tree");
      await checkTree(bytes);
      const half = readArchive(real, bytes.subarray(0, bytes.length / 2));
      await assert.rejects(half, { reason: "ArchiveInvalid" });
    });
  }
  test("K10: tar compressed by zstd is read", () =>
    checkTree(zstdCompressSync(made("tar", "-cf", "FILE", "tree"))));

  test("K10: zip is read, with modes and links; a changed byte of content is found", {
    skip: !has("zip"),
  }, async () => {
    for (const option of ["-0", "-9"]) {
      const bytes = made("zip", "-qry", option, "FILE", "tree").slice();
      await checkTree(bytes);
      const at = Buffer.from(bytes).indexOf("#!/bin/sh") + 2;
      bytes[at] = ((bytes[at] ?? 0) + 1) % 256;
      await assert.rejects(readArchive(real, bytes), { reason: "ArchiveInvalid" });
    }
  });
});

test("K10: a bomb is stopped long before it has gone off", async () => {
  const zeros = tarOf([{ name: "a", content: new Uint8Array(70 * 1024 * 1024) }]);
  const bomb = gzipSync(zeros, { level: 9 });
  const limits = { maxExpandedBytes: 4 * 1024 ** 3, maxEntries: 10, maxRatio: 250 };
  await assert.rejects(readArchive(real, bomb, limits), { reason: "ContentTooLarge" });
});

test("K10: an archive is kept where nobody finds it", async () => {
  const named = () =>
    fs.readdirSync("/var/tmp").filter((one) => one.startsWith("holdfast-archive-"));
  const others = named();
  const chunks = async function* chunks() {
    yield tarOf([{ name: "a" }]);
  };
  await using archive = await real.open(chunks(), new AbortController().signal);
  assert.equal(archive.sha256.length, 64);
  assert.deepEqual(named(), others);
});
