import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, type KindAction } from "@holdfast/core";
import {
  actionOn,
  type Behaviour,
  checkKind,
  checkKindRefusal,
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import fc from "fast-check";
import { fileKind } from "./kind.ts";
import type { FileObserved } from "./observe.ts";
import type { FileInput, FileSpec } from "./spec.ts";

const file = (input: FileInput) => ({ kind: fileKind, name: "/etc/motd", input });
const etc: Start = ({ kernel }) => kernel.tamper.makeDirectory("/etc");
const motd =
  (content: string | Uint8Array, attributes = {}): Start =>
  (host) => {
    etc(host);
    host.kernel.tamper.write("/etc/motd", content, attributes);
  };

suite("file", () => {
  test("K1: is made with all its fields, and each field that drifts is put right alone", async () => {
    const input = { content: "hello\n", mode: "0640", owner: "app", group: 1000 };
    const made = ["state", "content", "mode", "owner", "group"];
    const host = await checkSimulated(file(input), etc, made);
    assert.deepEqual(host.kernel.inspect.tree("/etc/motd"), [
      '/etc/motd file 0640 1000:1000 "hello\\n"',
    ]);
    const good = { mode: 0o640, uid: 1000, gid: 1000 };
    await checkSimulated(file(input), motd("hello\n", good), []);
    await checkSimulated(file(input), motd("hello", good), ["content"]);
    await checkSimulated(file(input), motd("hello\n", { ...good, mode: 0o644 }), ["mode"]);
    await checkSimulated(file(input), motd("hello\n", { ...good, uid: 0 }), ["owner"]);
    await checkSimulated(file(input), motd("hello\n", { ...good, gid: 0 }), ["group"]);
  });

  test("K1: content that is not declared is not touched, but a missing file is made empty", async () => {
    const host = await checkSimulated(file({ mode: "0600" }), motd("mine"), ["mode"]);
    assert.equal(host.kernel.inspect.text("/etc/motd"), "mine");
    const made = await checkSimulated(file({}), etc, ["state"]);
    assert.equal(made.kernel.inspect.text("/etc/motd"), "");
    await checkSimulated(file({ content: "" }), motd("x"), ["content"]);
  });

  test("K1: a change of owner keeps set-uid, and content keeps attributes nobody declared", async () => {
    const there = { mode: 0o4755, uid: 0 };
    const owned = await checkSimulated(file({ owner: "app" }), motd("x", there), ["owner"]);
    assert.match(owned.kernel.inspect.tree("/etc/motd")[0] ?? "", /4755 1000:0/);
    const kept = await checkSimulated(file({ content: "y" }), motd("x", { mode: 0o600, uid: 7 }), [
      "content",
    ]);
    assert.match(kept.kernel.inspect.tree("/etc/motd")[0] ?? "", /0600 7:0 "y"/);
  });

  test("K1: binary and large content are compared exactly", async () => {
    const large = `${"x".repeat(1_200_000)}\n`;
    await checkSimulated(file({ content: "é\n" }), motd(Uint8Array.of(0xe9, 0x0a, 0)), ["content"]);
    await checkSimulated(file({ content: "a\0b" }), motd("a\0b"), []);
    await checkSimulated(file({ content: "\ufeffa" }), motd("a"), ["content"]);
    await checkSimulated(file({ content: large }), motd(large), []);
    await checkSimulated(file({ content: large }), motd(large.replace("x\n", "y\n")), ["content"]);
    await checkSimulated(file({ content: large }), motd(`${large}z`), ["content"]);
    await checkSimulated(file({ content: "small" }), motd(large), ["content"]);
  });

  test("D16: what a source or a template says is an intent of its own, and what is at the path is none", async () => {
    for (const input of [
      { contentFrom: { path: "/etc/source" } },
      { template: { path: "/etc/source" } },
    ]) {
      const rig = simulatedRig(motd("as wanted"));
      const { tamper } = rig.host.kernel;
      const spec = fileKind.bind("/etc/motd", input, () => assert.fail("a good input"));
      const intent = async (source: string, target: string): Promise<string | undefined> => {
        tamper.write("/etc/source", source);
        tamper.write("/etc/motd", target);
        const found = await fileKind.observe(spec, writeContext(rig));
        return found.type === "present" ? fileKind.intentOf?.(spec, found.value) : undefined;
      };
      const first = await intent("one", "one");
      assert.ok(first !== undefined);
      assert.equal(await intent("one", "tampered"), first);
      assert.notEqual(await intent("two", "one"), first);
    }
    const inline = fileKind.bind("/etc/motd", { content: "x" }, () => {});
    const found = await fileKind.observe(inline, writeContext(simulatedRig(motd("tampered"))));
    assert.ok(found.type === "present");
    assert.equal(fileKind.intentOf?.(inline, found.value), undefined);
  });

  test("K1: content comes from a path or a checked download", async () => {
    const fromPath = { contentFrom: { path: "/etc/source" } };
    const source: Start = (host) => {
      etc(host);
      host.kernel.tamper.write("/etc/source", Uint8Array.of(0xff, 1));
    };
    await checkSimulated(file(fromPath), source, ["state", "content"]);
    await checkSimulated(
      file(fromPath),
      (host) => {
        source(host);
        host.kernel.tamper.write("/etc/motd", "old");
      },
      ["content"],
    );
    await checkKindUnknown(file(fromPath), "ContentUnavailable", simulatedRig(motd("x")));
    const url = "https://example.org/motd";
    const serve: Start = (host) => {
      etc(host);
      host.bodies.set(url, "hello\n");
    };
    const { hash } = simulatedRig(etc).host;
    const fromUrl = { contentFrom: { url, sha256: hash.sha256("hello\n").toUpperCase() } };
    await checkSimulated(file(fromUrl), serve, ["state", "content"]);
    const other = { contentFrom: { url, sha256: hash.sha256("other") } };
    const mismatch = await refuseSimulated(file(other), serve, "DigestMismatch");
    assert.match(mismatch.message, /sha256:/);
  });

  test("K1: the declared check sees the new content and can refuse it", async () => {
    const input = { content: "new", validate: ["checker", "--file=%s"] };
    const withChecker =
      (behaviour: Behaviour): Start =>
      (host) => {
        motd("old")(host);
        host.commands.programs.set("checker", behaviour);
      };
    const accepting: Behaviour = ({ argv, env }, kernel) => {
      assert.deepEqual(Object.keys(env).toSorted(), ["HOME", "LANG", "PATH"]);
      const path = argv[1]?.replace("--file=", "") ?? "";
      return { exitCode: kernel.inspect.text(path) === "new" ? 0 : 1 };
    };
    await checkSimulated(file(input), withChecker(accepting), ["content"]);
    const refusing: Behaviour = () => ({ exitCode: 3, stderr: "line 1: no\n" });
    const said = await refuseSimulated(file(input), withChecker(refusing), "ValidationFailed");
    assert.match(said.message, /exit code 3: line 1: no/);
  });

  test("K1: replaced content is kept where a backup is declared", async () => {
    const rig = simulatedRig(motd("old"));
    const spec = fileKind.bind("/etc/motd", { content: "new", backup: true }, () => {});
    const context = writeContext(rig);
    const observed = await fileKind.observe(spec, context);
    assert.equal(observed.type, "present");
    const there = observed.type === "present" ? observed.value : undefined;
    const changes = fileKind.diff(spec, there);
    await fileKind.apply(actionOn(fileKind, { spec, observed: there, changes }), context);
    assert.equal(rig.host.kernel.inspect.text("/etc/motd.holdfast-backup"), "old");
    assert.equal(rig.host.kernel.inspect.text("/etc/motd"), "new");
  });

  test("K1: the first of what others wrote is kept for ever, and never anything of our own", async () => {
    const original = "/etc/motd.bak.original";
    const check = async (
      steps: readonly Partial<KindAction<FileSpec, FileObserved>>[],
      expected: string | undefined,
    ): Promise<void> => {
      const rig = simulatedRig(motd("found"));
      for (const [count, step] of steps.entries()) {
        const input = { content: `ours ${count}`, backup: ".bak" };
        const spec = fileKind.bind("/etc/motd", input, () => {});
        const seen = await fileKind.observe(spec, writeContext(rig));
        const observed = seen.type === "present" ? seen.value : undefined;
        const changes = fileKind.diff(spec, observed);
        const action = actionOn(fileKind, { spec, observed, changes });
        await fileKind.apply({ ...action, ...step }, writeContext(rig));
      }
      assert.equal(rig.host.kernel.inspect.text(original), expected);
    };
    const adopt = { provenance: "adopted", cause: "intent" } as const;
    const drift = { provenance: "created", cause: "drift" } as const;
    await check([adopt, { ...adopt, isAsLeft: true }, drift], "found");
    await check([{ ...adopt, isAsLeft: true }], undefined);
    await check([{ provenance: "created", cause: "intent" }], undefined);
    await check([drift, drift], "found");
  });

  test("K1: anything else in the way is shown and refused, never removed", async () => {
    const directoryThere: Start = (host) => {
      etc(host);
      host.kernel.tamper.makeDirectory("/etc/motd");
    };
    const fifo: Start = (host) => {
      etc(host);
      host.kernel.tamper.makeSpecial("/etc/motd", "fifo");
    };
    const linkThere: Start = (host) => {
      etc(host);
      host.kernel.tamper.write("/etc/real", "x");
      host.kernel.tamper.symlink("/etc/motd", "real");
    };
    const said = await refuseSimulated(file({ content: "x" }), directoryThere, "WrongType");
    assert.match(said.message, /^\/etc\/motd is a directory, not a regular file/);
    const ofFifo = await refuseSimulated(file({ content: "x" }), fifo, "WrongType");
    assert.match(ofFifo.message, /FIFO/);
    const ofLink = await refuseSimulated(file({ content: "x" }), linkThere, "WrongType");
    assert.match(ofLink.resolution, /followLink/);
    await refuseSimulated(file({ state: "absent" }), directoryThere, "WrongType");
    const followed = await checkSimulated(file({ content: "y", followLink: true }), linkThere, [
      "content",
    ]);
    assert.equal(followed.kernel.inspect.text("/etc/real"), "y");
    assert.equal(followed.kernel.inspect.linkTarget("/etc/motd"), "real");
    const removed = await checkSimulated(file({ state: "absent" }), linkThere, ["state"]);
    assert.equal(removed.kernel.inspect.text("/etc/real"), "x");
  });

  test("a missing parent and an unknown owner say what to declare", async () => {
    const said = await refuseSimulated(file({ content: "x" }), () => {}, "NotFound");
    assert.match(said.resolution, /Declare directory:\/etc,/);
    await refuseSimulated(file({ owner: "ghost" }), motd("x"), "UnknownUser");
  });

  test("K6: an outage of the account database is unknown, and so is an unreadable path", async () => {
    const rig = simulatedRig(motd("x"));
    rig.host.accounts.outage = new Fault({
      reason: "HostFailed",
      message: "the account database does not answer",
      resolution: "Wait until it does.",
    });
    await checkKindUnknown(file({ owner: "app" }), "HostFailed", rig);
    const failing = simulatedRig(motd("x"));
    failing.host.kernel.injection.fail({ call: "openFile", name: "motd", times: 9 }, "EIO");
    await checkKindUnknown(file({ content: "y" }), "HostFailed", failing);
  });

  test("K1: a file that should be absent and never existed is in sync, whatever came before", async () => {
    await checkSimulated(file({ state: "absent" }), etc, []);
    await checkSimulated(file({ state: "absent" }), () => {}, []);
  });

  test("K1: from any start every file converges, or is refused and left alone", async () => {
    const content = fc.constantFrom(undefined, "", "a\n", "a");
    const input: fc.Arbitrary<FileInput> = fc.record({
      content,
      mode: fc.constantFrom(undefined, "0600", "4755"),
      owner: fc.constantFrom(undefined, "root", "app"),
      followLink: fc.constantFrom(undefined, true),
      state: fc.constantFrom(undefined, "absent"),
    });
    const start = fc.constantFrom<readonly [boolean, Start]>(
      [true, etc],
      [true, motd("a\n")],
      [true, motd("a", { mode: 0o4755, uid: 1000 })],
      [false, ({ kernel }) => kernel.tamper.symlink("/etc/motd", "/etc")],
      [false, ({ kernel }) => kernel.tamper.makeDirectory("/etc/motd")],
      [false, ({ kernel }) => kernel.tamper.makeSpecial("/etc/motd", "socket")],
    );
    await fc.assert(
      fc.asyncProperty(input, start, async (declared, [isFree, begin]) => {
        const rig = simulatedRig((host) => {
          if (!isFree) etc(host);
          begin(host);
        });
        const isLink = rig.host.kernel.inspect.linkTarget("/etc/motd") !== undefined;
        const isRemoval = isLink && declared.state === "absent";
        if (isFree || isRemoval) await checkKind(file(declared), rig);
        else await checkKindRefusal(file(declared), "WrongType", rig);
      }),
      { numRuns: 200 },
    );
  });
});
