import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArchiveLimits, type Archives, Fault, type FaultReason } from "@holdfast/core";
import fc from "fast-check";
import { tarOf, type TarEntry } from "./tar-bytes.ts";

const UNSTOPPED = new AbortController().signal;
const LIMITS: ArchiveLimits = { maxExpandedBytes: 1_048_576, maxEntries: 50, maxRatio: 100 };

/** One entry, read to its end. */
export interface ReadEntry {
  readonly path: string;
  readonly type: string;
  readonly mode: number | undefined;
  readonly target: string | undefined;
  readonly content: string;
}

/** Reads all of an archive, twice, which must be the same. @throws {Fault} what reading it throws. */
export async function readArchive(
  archives: Archives,
  bytes: Uint8Array,
  limits: ArchiveLimits = LIMITS,
): Promise<readonly ReadEntry[]> {
  await using archive = await archives.open(inChunks(bytes), UNSTOPPED);
  const readOnce = async (): Promise<readonly ReadEntry[]> => {
    const read: ReadEntry[] = [];
    for await (const entry of archive.entries(limits, UNSTOPPED)) {
      const { path, type, mode, target } = entry;
      let content = "";
      for await (const chunk of entry.chunks) content += new TextDecoder().decode(chunk);
      read.push({ path, type, mode, target, content });
    }
    return read;
  };
  const first = await readOnce();
  assert.deepEqual(await readOnce(), first, "an archive is the same the second time");
  return first;
}

/** Registers the laws of the port for archives: for the real one, and for the one of a simulated machine. */
export function archiveLaws(name: string, archives: Archives): void {
  test(`archives of ${name}: what was put in comes out, in its order`, () =>
    fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
        const read = await readArchive(archives, tarOf(entries));
        assert.deepEqual(read, entries.map(expected));
      }),
      { numRuns: 60 },
    ));

  test(`archives of ${name}: content that nobody takes is passed over`, async () => {
    const entries = [
      { name: "a", content: "x".repeat(2000) },
      { name: "b", content: "y" },
    ];
    await using archive = await archives.open(inChunks(tarOf(entries)), UNSTOPPED);
    const paths: string[] = [];
    for await (const { path, chunks } of archive.entries(LIMITS, UNSTOPPED)) {
      paths.push(path);
      for await (const chunk of chunks) if (chunk.length > 0) break;
    }
    assert.deepEqual(paths, ["a", "b"]);
  });

  test(`archives of ${name}: what is cut off or no archive is invalid, and never short`, async () => {
    const bytes = tarOf([
      { name: "a", content: "x".repeat(600) },
      { name: "b", content: "y" },
    ]);
    for (const end of [0, 1, 511, 512, 700, 1536, 2048, 2559, 2560]) {
      await assertRefused(archives, bytes.subarray(0, end), "ArchiveInvalid");
    }
    await assertRefused(
      archives,
      new TextEncoder().encode("no archive".repeat(100)),
      "ArchiveInvalid",
    );
  });

  test(`archives of ${name}: what readers disagree about is invalid`, async () => {
    const pax = (content: string, flag: string): TarEntry => ({ name: "pax", flag, content });
    for (const entries of [
      [{ name: "a", flag: "2", linkName: "b", content: "x" }],
      [{ name: "a/", flag: "5", content: "x" }],
      [pax("12 path=abc\n", "g"), { name: "a" }],
      [pax("99 path=abc\n", "x"), { name: "a" }],
      [pax("nonsense", "x"), { name: "a" }],
      [{ name: "long", flag: "L", content: "x".repeat(1_048_577) }, { name: "a" }],
    ]) {
      const limits = { ...LIMITS, maxExpandedBytes: 1e9 };
      await assertRefused(archives, tarOf(entries), "ArchiveInvalid", limits);
    }
  });

  test(`archives of ${name}: more entries or bytes than are read are too large`, async () => {
    const many = Array.from({ length: 51 }, (_, at) => ({ name: `${at}` }));
    await assertRefused(archives, tarOf(many), "ContentTooLarge");
    const long = tarOf([{ name: "a", content: new Uint8Array(LIMITS.maxExpandedBytes) }]);
    await assertRefused(archives, long, "ContentTooLarge");
  });

  test(`archives of ${name}: an abort ends the reading, also of what never comes`, async () => {
    const stop = new AbortController();
    const aborted = new Fault({
      reason: "Aborted",
      message: "a law stops it",
      resolution: "None.",
    });
    const opening = archives.open(never(), stop.signal);
    stop.abort(aborted);
    await assert.rejects(opening, { reason: "Aborted" });
    await using archive = await archives.open(inChunks(tarOf([{ name: "a" }])), UNSTOPPED);
    await assert.rejects(
      async () => {
        for await (const one of archive.entries(LIMITS, stop.signal)) assert.fail(one.path);
      },
      { reason: "Aborted" },
    );
  });
}

const text = fc.constantFrom("a", "b/c", "d e", "é", "n".repeat(90), `${"long/".repeat(30)}end`);
const entry: fc.Arbitrary<TarEntry> = fc.oneof(
  fc.record({
    name: text,
    mode: fc.constantFrom(0o644, 0o4755, 0),
    content: fc.constantFrom("", "x", "y".repeat(512), "z".repeat(1025)),
  }),
  fc.record({ name: text, flag: fc.constant("5"), mode: fc.constant(0o755) }),
  fc.record({ name: text, flag: fc.constantFrom("1", "2"), linkName: text }),
  fc.record({ name: text, flag: fc.constantFrom("3", "6", "S") }),
);

const TYPES: Readonly<Record<string, string>> = {
  "0": "file",
  "1": "hard-link",
  "2": "link",
  "5": "directory",
};

function expected({ name, flag = "0", mode = 0o644, linkName, content }: TarEntry): ReadEntry {
  const type = TYPES[flag] ?? "other";
  const isLink = type === "link" || type === "hard-link";
  const target = isLink ? linkName : undefined;
  return { path: name, type, mode, target, content: String(content ?? "") };
}

async function assertRefused(
  archives: Archives,
  bytes: Uint8Array,
  reason: FaultReason,
  limits: ArchiveLimits = LIMITS,
): Promise<void> {
  await assert.rejects(readArchive(archives, bytes, limits), { reason });
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function* never(): AsyncGenerator<Uint8Array, void> {
  await new Promise(() => {});
  yield new Uint8Array();
}
