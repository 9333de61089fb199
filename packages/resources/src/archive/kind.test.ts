import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  checkSimulated,
  refuseSimulated,
  type SimulatedHost,
  type Start,
  tarOf,
  type TarEntry,
} from "@holdfast/testing";
import { archiveKind } from "./kind.ts";
import { type ArchiveRecord, parseRecord } from "./record.ts";
import type { ArchiveInput } from "./spec.ts";

const SOURCE = "/srv/app.tgz";
const RECORD = "/srv/.app.holdfast-archive";
const fromPath: ArchiveInput = { source: { path: SOURCE } };
const archive = (input: ArchiveInput = fromPath) => ({
  kind: archiveKind,
  name: "/srv/app",
  input,
});

/** A machine with an archive of these entries, and whatever else. */
const holding =
  (entries: readonly TarEntry[], more: Start = () => {}): Start =>
  (host) => {
    const { inspect, tamper } = host.kernel;
    if (inspect.stat("/srv") === undefined) tamper.makeDirectory("/srv");
    host.kernel.tamper.write(SOURCE, gzipSync(tarOf(entries)));
    more(host);
  };

/** The machine of an earlier run, with another archive and whatever else happened since. */
const after =
  (earlier: SimulatedHost, entries: readonly TarEntry[], more: Start = () => {}): Start =>
  (host) => {
    copyTree(earlier, host, "/srv");
    holding(entries, more)(host);
  };

function copyTree(from: SimulatedHost, to: SimulatedHost, path: string): void {
  const { inspect } = from.kernel;
  const { tamper } = to.kernel;
  const stat = inspect.stat(path);
  const target = inspect.linkTarget(path);
  const attributes = { mode: (stat?.mode ?? 0) & 0o7777 };
  if (target !== undefined) tamper.symlink(path, target);
  else if (inspect.list(path) === undefined) {
    tamper.write(path, inspect.text(path) ?? "", attributes);
  } else tamper.makeDirectory(path, attributes);
  for (const name of inspect.list(path) ?? []) copyTree(from, to, `${path}/${name}`);
}

const v1: readonly TarEntry[] = [
  { name: "bin/run", mode: 0o755, content: "1\n" },
  { name: "old/gone", content: "1\n" },
  { name: "old/changed", content: "1\n" },
  { name: "current", flag: "2", linkName: "old" },
];
const v2: readonly TarEntry[] = [
  { name: "bin/run", mode: 0o755, content: "2\n" },
  { name: "current/new", content: "2\n" },
];
function recordOf({ kernel }: SimulatedHost): ArchiveRecord {
  const parsed = parseRecord(kernel.inspect.text(RECORD));
  assert.ok(parsed.type === "record");
  return parsed.record;
}
const text = (host: SimulatedHost, path: string): string | undefined =>
  host.kernel.inspect.text(`/srv/app/${path}`);

suite("archive", () => {
  test("K10: an extracted entry has the mode of the archive, whatever the umask", async () => {
    const host = await checkSimulated(archive(), holding(v1), ["state"]);
    assert.equal((host.kernel.inspect.stat("/srv/app/bin/run")?.mode ?? 0) & 0o7777, 0o755);
    assert.equal(host.kernel.inspect.linkTarget("/srv/app/current"), "old");
  });

  test("K10: a difference in a mode alone is a difference", async () => {
    const first = await checkSimulated(archive(), holding(v1), ["state"]);
    await checkSimulated(archive(), after(first, v1), []);
    const chmod: Start = ({ kernel }) => kernel.tamper.chmod("/srv/app/bin/run", 0o700);
    await checkSimulated(archive(), after(first, v1, chmod), ["mode"]);
  });

  test("K10: a changed archive is extracted again, and what only the old one had goes", async () => {
    const first = await checkSimulated(archive(), holding(v1), ["state"]);
    const used: Start = ({ kernel }) => {
      kernel.tamper.write("/srv/app/old/changed", "by somebody\n");
      kernel.tamper.write("/srv/app/notes", "of somebody\n");
    };
    const host = await checkSimulated(archive(), after(first, v2, used), ["source"]);
    assert.equal(text(host, "bin/run"), "2\n");
    assert.equal(text(host, "current/new"), "2\n", "a directory is where a link of ours was");
    assert.equal(text(host, "old/gone"), undefined);
    assert.equal(text(host, "old/changed"), "by somebody\n", "what was changed is somebody's now");
    assert.equal(text(host, "notes"), "of somebody\n");
    const fault = await refuseSimulated(archive(), after(host, v1), "AlreadyExists");
    assert.match(fault.message, /\/srv\/app\/old\/changed is in the archive now/);
    const moved: Start = ({ kernel }) => kernel.tamper.remove("/srv/app/old/changed");
    const back = await checkSimulated(archive(), after(host, v1, moved), ["source"]);
    assert.equal(back.kernel.inspect.linkTarget("/srv/app/current"), "old");
  });

  test("K10: a file of somebody's is not overwritten because a changed archive has one of its name; the same bytes are fine", async () => {
    const first = await checkSimulated(archive(), holding(v1), ["state"]);
    const put =
      (content: string): Start =>
      ({ kernel }) =>
        kernel.tamper.write("/srv/app/new", content);
    const v3 = [...v1, { name: "new", content: "2\n" }];
    await refuseSimulated(archive(), after(first, v3, put("theirs")), "AlreadyExists");
    const host = await checkSimulated(archive(), after(first, v3, put("2\n")), ["source"]);
    assert.equal(text(host, "new"), "2\n");
  });

  test("K10: a directory of ours with something of somebody's in it makes no room for a file", async () => {
    const first = await checkSimulated(archive(), holding(v2), ["state"]);
    const used: Start = ({ kernel }) => kernel.tamper.write("/srv/app/current/mine", "x");
    const fault = await refuseSimulated(archive(), after(first, v1, used), "WrongType");
    assert.match(fault.message, /\/srv\/app\/current is a directory/);
  });

  test("K10: with its digest declared, the archive itself is needed only to extract it", async () => {
    const host = await checkSimulated(archive(), holding(v1), ["state"]);
    const sha256 = recordOf(host).archive;
    const pinned = archive({ source: { path: SOURCE, sha256 } });
    const gone: Start = ({ kernel }) => kernel.tamper.remove(SOURCE);
    await checkSimulated(pinned, after(host, v1, gone), []);
    const damaged: Start = (next) => {
      gone(next);
      next.kernel.tamper.write("/srv/app/bin/run", "x", { mode: 0o755 });
    };
    await refuseSimulated(pinned, after(host, v1, damaged), "ContentUnavailable");
  });

  test("K10: absent takes away what was extracted, and leaves what is somebody's", async () => {
    const first = await checkSimulated(archive(), holding(v1), ["state"]);
    const used: Start = ({ kernel }) => kernel.tamper.write("/srv/app/old/changed", "mine");
    const gone = archive({ state: "absent" });
    const host = await checkSimulated(gone, after(first, v1, used), ["state"]);
    assert.deepEqual(host.kernel.inspect.list("/srv/app"), ["old"]);
    assert.deepEqual(host.kernel.inspect.list("/srv/app/old"), ["changed"]);
    const clean = await checkSimulated(gone, after(first, v1), ["state"]);
    assert.deepEqual(clean.kernel.inspect.list("/srv"), ["app.tgz"]);
  });

  test("K10: an extraction that was cut off is not taken for one that is done", async () => {
    const first = await checkSimulated(archive(), holding(v1), ["state"]);
    const record = recordOf(first);
    const cut: Start = ({ kernel }) =>
      kernel.tamper.write(RECORD, JSON.stringify({ ...record, attempt: "cut" }));
    await checkSimulated(archive(), after(first, v1, cut), ["extraction"]);
    const once = archive({ ...fromPath, creates: "/srv/app/bin/run" });
    await checkSimulated(once, after(first, v1, cut), ["extraction"]);
  });

  test("K10: with creates, a path that is there is enough, whoever made it", async () => {
    const once = archive({ ...fromPath, creates: "/srv/done" });
    const done: Start = ({ kernel }) => {
      kernel.tamper.write("/srv/done", "");
      kernel.tamper.remove(SOURCE);
    };
    await checkSimulated(once, holding(v1, done), []);
    const marked = archive({ ...fromPath, creates: "/srv/app/bin/run" });
    await checkSimulated(marked, holding(v1), ["state"]);
  });

  test("K10: a record that somebody forged removes nothing but what lies in the directory", async () => {
    const forged = {
      version: 1,
      archive: "0".repeat(64),
      source: { path: SOURCE },
      selection: { strip: 0, exclude: [], setuid: false },
      entries: [{ type: "link", path: "../victim", target: "x" }],
      obsolete: [],
      found: [],
    };
    const start: Start = holding(v1, ({ kernel }) => {
      kernel.tamper.makeDirectory("/srv/app");
      kernel.tamper.symlink("/srv/victim", "x");
      kernel.tamper.symlink("/srv/app/out", "/srv");
      kernel.tamper.write(RECORD, JSON.stringify(forged));
    });
    const host = await checkSimulated(archive(), start, ["source"]);
    assert.equal(host.kernel.inspect.linkTarget("/srv/victim"), "x");
    const through = { ...forged, entries: [{ type: "link", path: "out/victim", target: "x" }] };
    const again: Start = (next) => {
      start(next);
      next.kernel.tamper.write(RECORD, JSON.stringify(through));
    };
    const kept = await checkSimulated(archive({ state: "absent" }), again, ["state"]);
    assert.equal(kept.kernel.inspect.linkTarget("/srv/victim"), "x");
  });

  test("K10: set-uid files only where they are declared", async () => {
    const entries = [{ name: "su", mode: 0o4755, content: "x" }];
    await refuseSimulated(archive(), holding(entries), "ArchiveUnsafe");
    const allowed = archive({ ...fromPath, setuid: true });
    const host = await checkSimulated(allowed, holding(entries), ["state"]);
    assert.equal((host.kernel.inspect.stat("/srv/app/su")?.mode ?? 0) & 0o7777, 0o4755);
  });

  test("K10: leading directories are stripped, and what is excluded stays out with all below it", async () => {
    const entries = [
      { name: "app-1/README", content: "x" },
      { name: "app-1/doc/a/b", content: "x" },
      { name: "app-1/dev", flag: "3" },
      { name: "top", content: "x" },
    ];
    const input = { ...fromPath, strip: 1, exclude: ["doc", "dev"] };
    const host = await checkSimulated(archive(input), holding(entries), ["state"]);
    assert.deepEqual(host.kernel.inspect.list("/srv/app"), ["README"]);
  });
});
