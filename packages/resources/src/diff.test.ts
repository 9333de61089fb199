import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { type Change, type FileType, type Hash, type ResourceKind } from "@holdfast/core";
import fc from "fast-check";
import { encodeText } from "./byte-text.ts";
import { directoryKind } from "./directory/kind.ts";
import type { DirectoryObserved } from "./directory/observe.ts";
import { observedContent } from "./file/content.ts";
import { fileKind } from "./file/kind.ts";
import type { FileObserved } from "./file/observe.ts";
import type { FileInput, FileSpec } from "./file/spec.ts";
import { linkKind } from "./link/kind.ts";
import type { LinkObserved } from "./link/observe.ts";

const hash: Hash = { sha256: (data) => createHash("sha256").update(data).digest("hex") };
const IDS = new Map([
  ["root", 0],
  ["app", 1000],
  ["1000", 1000],
]);

function refuse(path: string, summary: string, detail: string): never {
  throw new Error(`${path}: ${summary}: ${detail}`);
}

/** What `observe` makes of a world in which these declared names have these ids. */
function attributesIn(
  spec: { readonly owner?: string; readonly group?: string },
  world: { readonly mode: number; readonly uid: number; readonly gid: number },
) {
  const declaredUid = spec.owner === undefined ? undefined : IDS.get(spec.owner);
  const declaredGid = spec.group === undefined ? undefined : IDS.get(spec.group);
  const { mode, uid, gid } = world;
  return { mode, uid, gid, declaredUid, declaredGid };
}

interface World {
  readonly type: FileType;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

function observedFile(spec: FileSpec, world: World): FileObserved {
  const { type, mode, uid, gid } = world;
  const entry = { type, mode, uid, gid, device: 1, inode: 1, linkCount: 1 };
  const reading = {
    entry: { ...entry, sizeBytes: world.bytes.length },
    ...(type === "file" ? { bytes: world.bytes } : {}),
  };
  return {
    type,
    ...attributesIn(spec, world),
    content: observedContent(spec, reading, hash),
  };
}

/** What the world is after an apply of these changes and no others. */
function applied(spec: FileSpec, world: World | undefined, changes: readonly Change[]): World {
  const before = world ?? { type: "file", bytes: encodeText(""), mode: 0o644, uid: 7, gid: 7 };
  const paths = new Set(changes.map(({ path }) => path));
  const ids = attributesIn(spec, before);
  const isWritten = paths.has("content") && spec.content.type === "inline";
  return {
    type: "file",
    bytes:
      isWritten && spec.content.type === "inline" ? encodeText(spec.content.text) : before.bytes,
    mode: paths.has("mode") ? (spec.mode ?? 0) : before.mode,
    uid: paths.has("owner") ? (ids.declaredUid ?? -1) : before.uid,
    gid: paths.has("group") ? (ids.declaredGid ?? -1) : before.gid,
  };
}

const mode = fc.constantFrom(undefined, "0644", "600", "4755", "0755");
const account = fc.constantFrom(undefined, "root", "app", 1000);
const attributes = { mode, owner: account, group: account };
const fileInput: fc.Arbitrary<FileInput> = fc.record({
  content: fc.constantFrom(undefined, "", "a\n", "a", "é"),
  ...attributes,
  state: fc.constantFrom(undefined, "present", "absent"),
});
const world: fc.Arbitrary<World> = fc.record({
  type: fc.constantFrom<FileType>("file", "file", "file", "file", "directory", "link", "fifo"),
  bytes: fc.constantFrom("", "a\n", "a", "é").map(encodeText),
  mode: fc.constantFrom(0o644, 0o600, 0o4755),
  uid: fc.constantFrom(0, 1000, 5),
  gid: fc.constantFrom(0, 1000, 5),
});

suite("file: diff", () => {
  test("K1: after exactly its changes there is nothing left to change", () => {
    fc.assert(
      fc.property(fileInput, fc.option(world, { nil: undefined }), (input, before) => {
        const spec = fileKind.bind("/f", input, refuse);
        const changes = fileKind.diff(spec, before && observedFile(spec, before));
        const paths = changes.map(({ path }) => path);
        if (paths.includes("type")) return assert.notEqual(before?.type, "file");
        if (spec.isAbsent) return assert.deepEqual(paths, before === undefined ? [] : ["state"]);
        const after = applied(spec, before, changes);
        assert.deepEqual(fileKind.diff(spec, observedFile(spec, after)), []);
      }),
      { numRuns: 1000 },
    );
  });

  test("K1: an unset field is not compared", () => {
    fc.assert(
      fc.property(fileInput, world, (input, there) => {
        const spec = fileKind.bind("/f", { ...input, state: "present" }, refuse);
        const isManaged: Readonly<Record<string, boolean>> = {
          content: input.content !== undefined,
          mode: input.mode !== undefined,
          owner: input.owner !== undefined,
          group: input.group !== undefined,
          type: there.type !== "file",
        };
        for (const { path } of fileKind.diff(spec, observedFile(spec, there))) {
          assert.equal(isManaged[path], true, path);
        }
      }),
    );
  });

  test("states that diff distinguishes have different fingerprints, equal states the same one", () => {
    fc.assert(
      fc.property(fileInput, world, world, (input, one, other) => {
        const spec = fileKind.bind("/f", input, refuse);
        const [left, right] = [observedFile(spec, one), observedFile(spec, other)];
        checkFingerprints(fileKind, spec, [left, right]);
        assert.equal(fileKind.fingerprint(left), fileKind.fingerprint(observedFile(spec, one)));
      }),
      { numRuns: 1000 },
    );
  });

  test("content that not everyone may read is private, now or as declared", () => {
    const check = (declared: string | undefined, found: number, expected: boolean) => {
      const spec = fileKind.bind("/f", { content: "new", mode: declared }, refuse);
      const there: World = { type: "file", bytes: encodeText("old"), mode: found, uid: 0, gid: 0 };
      const [content] = fileKind.diff(spec, observedFile(spec, there));
      assert.equal(content?.path, "content");
      assert.equal(content.isPrivate === true, expected);
    };
    check(undefined, 0o644, false);
    check("0644", 0o644, false);
    check("0600", 0o644, true);
    check("0644", 0o640, true);
    check(undefined, 0o600, true);
  });

  test("K1: content is shown as text, or described when it is long or binary", () => {
    const check = (found: Uint8Array, expected: RegExp) => {
      const spec = fileKind.bind("/f", { content: "new" }, refuse);
      const there: World = { type: "file", bytes: found, mode: 0o644, uid: 0, gid: 0 };
      const [content] = fileKind.diff(spec, observedFile(spec, there));
      assert.match(JSON.stringify(content?.from), expected);
    };
    check(encodeText("old\n"), /^"old\\n"$/);
    check(Uint8Array.of(0xff, 0xfe), /^"binary, 2 bytes, sha256:[0-9a-f]{64}"$/);
    check(encodeText("a\0b"), /^"binary, 3 bytes, sha256:/);
    check(encodeText("x".repeat(65_537)), /^"text, 65537 bytes, sha256:/);
  });

  test("K6: an owner that does not exist here is a difference, not in sync", () => {
    const spec = fileKind.bind("/f", { owner: "nobody-has-this" }, refuse);
    const there: World = { type: "file", bytes: encodeText(""), mode: 0o644, uid: 0, gid: 0 };
    const changes = fileKind.diff(spec, observedFile(spec, there));
    assert.deepEqual(changes, [
      { path: "owner", from: "0", to: "nobody-has-this", action: "replace" },
    ]);
  });
});

suite("directory and link: diff", () => {
  const entry = (path: string, type: FileType, bits: number) => ({
    path,
    entry: {
      type,
      mode: bits,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      device: 1,
      inode: 1,
      linkCount: 1,
    },
  });

  test("recurse gives directories x where r is, and counts what differs", () => {
    const spec = directoryKind.bind("/d", { recurse: { mode: "0640", owner: "app" } }, refuse);
    const entries = [
      entry("/d/a", "file", 0o640),
      entry("/d/b", "directory", 0o750),
      entry("/d/b/c", "directory", 0o640),
    ];
    const top = {
      type: "directory" as const,
      ...attributesIn(spec, { mode: 0o755, uid: 0, gid: 0 }),
    };
    const below = { entries, unread: [], declaredUid: 1000, declaredGid: undefined };
    assert.deepEqual(directoryKind.diff(spec, { ...top, below }), [
      { path: "recurse.mode", from: "b/c 0640", to: "0640", action: "replace" },
      { path: "recurse.owner", from: "a 0, b 0, b/c 0", to: "app", action: "replace" },
    ]);
    assert.deepEqual(directoryKind.diff(spec, { ...top, below: { ...below, entries: [] } }), []);
  });

  test("states that diff distinguishes have different fingerprints", () => {
    const spec = directoryKind.bind("/d", { mode: "0755", recurse: { mode: "0644" } }, refuse);
    const below = fc.array(
      fc
        .tuple(fc.constantFrom("/d/a", "/d/b"), fc.constantFrom(0o644, 0o755))
        .map(([path, bits]) => entry(path, "file", bits)),
      { maxLength: 3 },
    );
    const observed: fc.Arbitrary<DirectoryObserved> = fc
      .tuple(world, below)
      .map(([there, entries]) => ({
        type: there.type,
        ...attributesIn(spec, there),
        below: { entries, unread: [], declaredUid: undefined, declaredGid: undefined },
      }));
    const link: fc.Arbitrary<LinkObserved> = fc.record({
      type: fc.constantFrom<FileType>("link", "file", "directory"),
      target: fc.constantFrom("a", "b"),
      isSameFile: fc.boolean(),
    });
    const symbolic = linkKind.bind("/l", { target: "a" }, refuse);
    const hard = linkKind.bind("/l", { target: "/a", hard: true }, refuse);
    fc.assert(
      fc.property(fc.tuple(observed, observed), fc.tuple(link, link), (directories, links) => {
        checkFingerprints(directoryKind, spec, directories);
        checkFingerprints(linkKind, symbolic, links);
        checkFingerprints(linkKind, hard, links);
      }),
    );
  });
});

function checkFingerprints<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  spec: Spec,
  [one, other]: readonly [Observed, Observed],
): void {
  const isPublished =
    JSON.stringify(kind.diff(spec, one)) !== JSON.stringify(kind.diff(spec, other));
  if (isPublished) assert.notEqual(kind.fingerprint(one), kind.fingerprint(other));
}
