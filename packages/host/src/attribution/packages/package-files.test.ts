import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { parseAptHistory } from "./apt-history.ts";
import { type Diversion, listedFormsOf, parseDiversions } from "./diversions.ts";
import { parseDpkgLine } from "./dpkg-log.ts";
import { listHas } from "./dpkg-ownership.ts";
import { findPackage } from "./package-log.ts";
import { readDpkgLog } from "./read-dpkg-log.ts";

const never = new AbortController().signal;
const text = fc.string({ unit: "binary", maxLength: 200 });
const path = fc
  .array(fc.stringMatching(/^[^/\n\0]{1,8}$/u), { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join("/")}`);

function scratch(t: TestContext): string {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-package-log-"));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  for (const each of ["var/log", "var/lib/dpkg/info"]) {
    fs.mkdirSync(join(root, each), { recursive: true });
  }
  return root;
}

function lineAt(atMs: number, rest: string): string {
  const at = new Date(atMs);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(pad).join("-");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(":")} ${rest}\n`;
}

test("attribution: no line of a package log, whatever is in it, makes a parser throw", () => {
  const words = fc.array(fc.oneof(text, fc.constantFrom("status", "install", "a:b", "<none>")));
  fc.assert(
    fc.property(words, (given) => {
      for (const head of ["", "2026-11-21 07:00:40 ", "2026-99-99 99:99:99 "]) {
        const entry = parseDpkgLine(head + given.join(" "));
        if (entry !== undefined) assert.match(entry.package, /^[a-z0-9][a-z0-9+.:-]*$/);
      }
      parseAptHistory(given.join("\n"));
      parseDiversions(given.join("\n"));
    }),
  );
});

test("attribution: the log's words for what happens to a package", () => {
  const read = (rest: string) => parseDpkgLine(`2026-11-21 07:00:40 ${rest}`);
  const atMs = new Date(2026, 10, 21, 7, 0, 40).getTime();
  assert.deepEqual(read("upgrade nginx:amd64 1.0 1.1"), {
    type: "action",
    atMs,
    action: "upgrade",
    package: "nginx:amd64",
    version: "1.1",
  });
  assert.deepEqual(read("remove nginx:amd64 1.0 <none>"), {
    type: "action",
    atMs,
    action: "remove",
    package: "nginx:amd64",
    version: undefined,
  });
  assert.deepEqual(read("status unpacked nginx:amd64 1.1"), {
    type: "status",
    atMs,
    package: "nginx:amd64",
    version: "1.1",
  });
  assert.equal(read("startup archives unpack"), undefined);
  assert.equal(read("conffile /etc/nginx.conf keep"), undefined);
  assert.equal(read("install ../../etc/shadow <none> 1"), undefined);
});

test("attribution: a list has a path only as a whole line, whatever the names are", () => {
  fc.assert(
    fc.property(fc.uniqueArray(path, { minLength: 1 }), fc.boolean(), (paths, endsWithBreak) => {
      const [wanted = "", ...others] = paths;
      const list = (lines: readonly string[]): Buffer =>
        Buffer.from(lines.join("\n") + (endsWithBreak ? "\n" : ""));
      assert.equal(listHas(list(others), wanted), false);
      for (let at = 0; at <= others.length; at += 1) {
        assert.equal(listHas(list(others.toSpliced(at, 0, wanted)), wanted), true);
      }
      assert.equal(listHas(list(others.map((other) => wanted + other)), wanted), false);
    }),
  );
});

test("attribution: what is diverted belongs to who diverted it, and lands where it was diverted to", () => {
  const diversions: readonly Diversion[] = parseDiversions(
    "/etc/motd\n/etc/motd.shipped\nlocal-motd\n/broken\n",
  );
  assert.equal(diversions.length, 1);
  assert.deepEqual(listedFormsOf("/etc/motd", "base:all", diversions), []);
  assert.deepEqual(listedFormsOf("/etc/motd", "local-motd", diversions), ["/etc/motd"]);
  assert.deepEqual(listedFormsOf("/etc/motd.shipped", "base:all", diversions), [
    "/etc/motd.shipped",
    "/etc/motd",
  ]);
  assert.deepEqual(listedFormsOf("/usr/bin/x", "base", []), ["/usr/bin/x", "/bin/x"]);
  assert.deepEqual(listedFormsOf("/sbin/x", "base", []), ["/sbin/x", "/usr/sbin/x"]);
});

test("attribution: a log of any length is read from its end, to the beginning of the span and no further", async (t) => {
  const root = scratch(t);
  const base = new Date(2026, 5, 1, 12, 0, 0).getTime();
  const counts = fc.integer({ min: 0, max: 3_000 });
  await fc.assert(
    fc.asyncProperty(counts, counts, counts, async (count, from, length) => {
      const lines = Array.from({ length: count }, (_, at) =>
        lineAt(base + at * 1_000, `install p${at}:all <none> ${"1".repeat(at % 70)}1`),
      );
      fs.writeFileSync(join(root, "var/log/dpkg.log"), lines.join(""));
      const span = { fromMs: base + from * 1_000, toMs: base + (from + length) * 1_000 };
      const logged = await readDpkgLog(root, span, never);
      // A second more, because the log has no parts of one.
      const first = Math.max(0, from - 1);
      const expected = Array.from({ length: count }, (_, at) => `p${at}:all`)
        .slice(first, from + length + 1)
        .toReversed();
      assert.deepEqual(
        logged?.entries.map((entry) => entry.package),
        expected,
      );
    }),
    { numRuns: 25 },
  );
});

test("attribution: a span that begins before the log does goes on in the one before it", async (t) => {
  const root = scratch(t);
  const now = Date.now();
  fs.writeFileSync(
    join(root, "var/log/dpkg.log.1"),
    lineAt(now - 60_000, "install old:all <none> 1"),
  );
  fs.writeFileSync(join(root, "var/log/dpkg.log"), lineAt(now, "install new:all <none> 1"));
  const logged = await readDpkgLog(root, { fromMs: now - 90_000, toMs: now + 1_000 }, never);
  assert.deepEqual(
    logged?.entries.map((entry) => entry.package),
    ["new:all", "old:all"],
  );
});

test("attribution: of several packages the one that has the path is named, else the last", async (t) => {
  const root = scratch(t);
  const now = Date.now();
  const log = [
    lineAt(now - 9_000, "upgrade owner:all 1 2"),
    lineAt(now - 8_000, "status unpacked owner:all 2"),
    lineAt(now - 5_000, "install other:all <none> 7"),
    lineAt(now - 4_000, "configure owner:all 2 <none>"),
    lineAt(now - 3_000, "trigproc last:all 3 <none>"),
  ];
  fs.writeFileSync(join(root, "var/log/dpkg.log"), log.join(""));
  fs.writeFileSync(join(root, "var/lib/dpkg/info/owner.list"), "/.\n/etc\n/etc/motd\n");
  fs.writeFileSync(join(root, "var/lib/dpkg/info/other.list"), "/.\n/etc\n/etc/motd.d\n");
  const span = { fromMs: now - 60_000, toMs: now };
  const owned = await findPackage({ root, paths: ["/etc/motd"], span }, never);
  assert.ok(owned.type === "found");
  const { evidence, action, version } = owned.attribution;
  assert.deepEqual(
    [owned.attribution.package, evidence, action, version],
    ["owner:all", "owner", "upgrade", "2"],
  );
  const hint = await findPackage({ root, paths: ["/etc/issue"], span }, never);
  assert.ok(hint.type === "found");
  assert.deepEqual([hint.attribution.package, hint.attribution.evidence], ["last:all", "ran"]);
  const before = { fromMs: now - 600_000, toMs: now - 300_000 };
  assert.equal(
    (await findPackage({ root, paths: ["/etc/motd"], span: before }, never)).type,
    "nothing",
  );
});

test("attribution: a log that is a FIFO, a directory or a link out of the root is no log", async (t) => {
  const root = scratch(t);
  const outside = scratch(t);
  const span = { fromMs: 0, toMs: Date.now() };
  const log = join(root, "var/log/dpkg.log");
  fs.mkdirSync(log);
  assert.equal(await readDpkgLog(root, span, never), undefined);
  fs.rmdirSync(log);
  fs.writeFileSync(join(outside, "dpkg.log"), lineAt(Date.now() - 5_000, "install x:all <none> 1"));
  fs.symlinkSync(join(outside, "dpkg.log"), log);
  assert.equal(await readDpkgLog(root, span, never), undefined);
});
