import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { silentLog } from "@holdfast/core";
import {
  carryOut,
  checkKind,
  checkSimulated,
  createSimulatedHost,
  type Operation,
  simulatedActor,
  simulatedRig,
  type Start,
  VirtualClock,
} from "@holdfast/testing";
import fc from "fast-check";
import { hostnameKind } from "./kind.ts";
import type { HostnameInput } from "./spec.ts";

const FILE = "/etc/hostname";
const HOSTS = "/etc/hosts";
const LIVE = "/proc/sys/kernel/hostname";
const LOCALHOST = "127.0.0.1\tlocalhost\n";
const CREATED = ["state", "content", "mode", "owner", "group"].map((name) => `persisted.${name}`);

const hostname = (input: HostnameInput = {}, name = "web1") => ({
  kind: hostnameKind,
  name,
  input,
});
const machine =
  (files: Readonly<Record<string, string>> = {}): Start =>
  ({ kernel }) => {
    const actor = simulatedActor(kernel);
    carryOut({ type: "directory", path: "/etc" }, actor);
    for (const [path, content] of Object.entries(files)) carryOut(write(path, content), actor);
  };

suite("hostname", () => {
  test("K10: a name is labels joined by dots, 64 characters in all, and anything else is a mistake", () => {
    const label = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,20}[A-Za-z0-9])?$/);
    const name = fc.array(label, { minLength: 1, maxLength: 2 }).map((labels) => labels.join("."));
    fc.assert(fc.property(name, (good) => assert.deepEqual(mistakesOf(good), [])));
    const long = `${"a".repeat(32)}.${"b".repeat(32)}`;
    const bad = ["", ".", "a..b", "a.", ".a", "-a", "a-", "a_b", "a b", "a/b", "..", "ü", "a\n"];
    for (const none of [...bad, "a".repeat(64), long]) {
      assert.deepEqual(mistakesOf(none), [""], JSON.stringify(none));
      assert.ok(mistakesOf("web1", { hostname: none }).includes("hostname"), none);
    }
    assert.deepEqual(mistakesOf("web1", { hostsLine: ["web2"] }), ["hostsLine"]);
    assert.deepEqual(mistakesOf("web1", { hostsLine: ["web1", "a b"] }), ["hostsLine"]);
  });

  test("K10: whatever else is in /etc/hosts stays byte for byte", async () => {
    const other = fc
      .stringMatching(/^[ -~\u00a0-\u00ff\t]{0,30}$/)
      .filter((line) => !line.includes("127.0.1.1"));
    const own = fc.constantFrom("", "127.0.1.1 debian\n", "  127.0.1.1\tdebian d # mine\n");
    const parts = fc.tuple(fc.array(other), own, fc.array(other), fc.constantFrom("", "\n"));
    await fc.assert(
      fc.asyncProperty(parts, async ([before, line, after, last]) => {
        const [head = "", tail = ""] = [before, after].map((lines) =>
          lines.map((each) => `${each}\n`).join(""),
        );
        const text = `${head}${line}${tail}# end${last}`;
        const rig = simulatedRig(machine({ [FILE]: "web1\n", [LIVE]: "web1\n", [HOSTS]: text }));
        await rig.finish(checkKind(hostname({ hostsLine: true }), rig));
        const bytes = rig.host.kernel.inspect.bytes(HOSTS) ?? [];
        const lines = Buffer.from(bytes)
          .toString("latin1")
          .split(/(?<=\n)/);
        const [ours = "", ...more] = lines.filter((each) => /^\s*127\.0\.1\.1\s/.test(each));
        assert.match(ours, /^\s*127\.0\.1\.1\s+web1(?: # mine)?\n$/);
        assert.deepEqual(more, []);
        const others = lines.filter((each) => each !== ours).join("");
        // A newline is put behind a last line that is the last no more.
        assert.equal(others.replace(/\n$/, ""), `${head}${tail}# end`);
      }),
      { numRuns: 30 },
    );
  });

  test("K10: the running kernel and the next boot are two things", async () => {
    const files = { [FILE]: "web1\n", [LIVE]: "web1\n" };
    await checkSimulated(hostname(), machine(files), []);
    await checkSimulated(hostname(), machine({ [FILE]: "web1\n" }), ["live"]);
    const host = await checkSimulated(hostname(), machine({ [LIVE]: "web1\n" }), CREATED);
    assert.equal(host.kernel.inspect.text(FILE), "web1\n");
    const onlyBoot = await checkSimulated(hostname({ live: false }), machine(), CREATED);
    assert.equal(onlyBoot.kernel.inspect.text(LIVE), undefined);
  });

  test("K10: a name with dots is followed by its first label, or by what the author says", async () => {
    const files = {
      [FILE]: "web1.example.org\n",
      [LIVE]: "web1.example.org\n",
      [HOSTS]: LOCALHOST,
    };
    const dotted = hostname({ hostsLine: true }, "web1.example.org");
    const host = await checkSimulated(dotted, machine(files), ["hostsLine"]);
    const line = "127.0.1.1\tweb1.example.org web1\n";
    assert.equal(host.kernel.inspect.text(HOSTS), LOCALHOST + line);
    const listed = hostname({ hostsLine: ["web1", "db", "web1.example.org"] });
    const ordered = { ...files, [FILE]: "web1\n", [LIVE]: "web1\n" };
    const other = await checkSimulated(listed, machine(ordered), ["hostsLine"]);
    assert.match(other.kernel.inspect.text(HOSTS) ?? "", /^127\.0\.1\.1\tweb1 db web1\./m);
  });

  test("K10: in another root the files are written, and the machine around it keeps its name", async () => {
    const clock = new VirtualClock();
    const host = createSimulatedHost({ clock, root: "/srv/image" });
    const { kernel } = host;
    for (const path of [LIVE, `/srv/image${LIVE}`]) {
      carryOut(write(path, "around\n"), simulatedActor(kernel));
    }
    kernel.tamper.makeDirectory("/srv/image/etc");
    const rig = { host, tree: () => kernel.inspect.tree() };
    const changes = await clock.finish(checkKind(hostname(), rig));
    assert.deepEqual(
      changes.map(({ path }) => path),
      CREATED,
    );
    assert.equal(kernel.inspect.text(`/srv/image${FILE}`), "web1\n");
    for (const path of [LIVE, `/srv/image${LIVE}`]) {
      assert.equal(kernel.inspect.text(path), "around\n");
    }
  });

  test("D10: a write to the kernel's name is noticed; a call makes no event, so that it is asked every minute", async () => {
    const spec = hostnameKind.bind("web1", {}, () => assert.fail());
    const { host, finish, pass } = simulatedRig(machine({ [FILE]: "web1\n", [LIVE]: "web1\n" }));
    let hints = 0;
    const hear = (): void => void (hints += 1);
    const { signal } = new AbortController();
    const context = { host, signal, log: silentLog };
    const opening = hostnameKind.watch?.([spec], context, { hint: hear, overflow: hear });
    await using _watch = await finish(Promise.resolve(opening));
    host.kernel.tamper.write(LIVE, "other\n");
    await pass(1_000);
    assert.ok(hints > 0);
    assert.equal(hostnameKind.isFullyWatched?.(spec), false);
    assert.ok(hostnameKind.resyncMs <= 60_000);
  });

  test("G6: the kernel's name has one owner, a sysctl counts too", () => {
    const things = (input: HostnameInput): readonly string[] => {
      const spec = hostnameKind.bind("web1", input, () => assert.fail());
      return (hostnameKind.owns?.(spec) ?? []).map(({ thing }) => thing);
    };
    const live = "sysctl:kernel/hostname";
    assert.deepEqual(things({}), [`path:${FILE}`, live]);
    const kept = [`path:${FILE}`, `path:${HOSTS}`, "hosts-name:web1"];
    assert.deepEqual(things({ live: false, hostsLine: true }), kept);
    assert.deepEqual(things({ live: false, hostsLine: ["web1", "WEB1"] }), kept);
  });
});

function mistakesOf(name: string, input: HostnameInput = {}): readonly string[] {
  const fields: string[] = [];
  hostnameKind.bind(name, input, (field) => fields.push(field));
  return fields;
}

function write(path: string, content: string): Operation {
  return { type: "write", path, content, encoding: "latin1" };
}
