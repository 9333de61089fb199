import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import {
  actionOn,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type SimulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import fc from "fast-check";
import { directoryKind } from "../kind.ts";
import type { DirectoryObserved } from "../observe.ts";
import type { DirectoryInput, DirectorySpec } from "../spec.ts";

const copy = (input: DirectoryInput = {}) => ({
  kind: directoryKind,
  name: "/srv/site",
  input: { source: "/templates", ...input },
});
const source: Start = ({ kernel: { tamper } }) => {
  tamper.makeDirectory("/srv");
  tamper.makeDirectory("/templates", { mode: 0o750, uid: 1000 });
  tamper.makeDirectory("/templates/img", { mode: 0o700 });
  tamper.write("/templates/img/logo", "logo", { mode: 0o640, gid: 1000 });
  tamper.write("/templates/index", "index");
  tamper.symlink("/templates/latest", "img/logo");
  tamper.link("/templates/same", "/templates/index");
};
const COPIED = [
  "/srv/site directory 0750 1000:0",
  "/srv/site/img directory 0700 0:0",
  '/srv/site/img/logo file 0640 0:1000 "logo"',
  '/srv/site/index file 0644 0:0 "index"',
  "/srv/site/latest link 0777 0:0 -> img/logo",
  '/srv/site/same file 0644 0:0 "index"',
];
/** Somebody's files in the directory. */
const strange: Start = (host) => {
  source(host);
  const { tamper } = host.kernel;
  tamper.makeDirectory("/srv/site", { mode: 0o750, uid: 1000 });
  for (let number = 1; number <= 7; number++) tamper.write(`/srv/site/old${number}`, "old");
  tamper.write("/srv/site/gone/deep/keep.bak", "kept", { mode: 0o600 });
  tamper.write("/srv/site/gone/deep/lost", "lost");
};

suite("directory with source", () => {
  test("is a copy with modes, owners and links, and hard links are files of their own", async () => {
    const host = await checkSimulated(copy(), source, ["state", "source"]);
    const { inspect } = host.kernel;
    assert.deepEqual(inspect.tree("/srv/site"), COPIED);
    assert.notEqual(inspect.stat("/srv/site/index")?.ino, inspect.stat("/srv/site/same")?.ino);
  });

  test("a declared field wins over the source's", async () => {
    const input = { mode: "0700", owner: 0, recurse: { mode: "0640", group: "app" } };
    const host = await checkSimulated(copy(input), source, ["state", "mode", "owner", "source"]);
    assert.deepEqual(host.kernel.inspect.tree("/srv/site").slice(0, 3), [
      "/srv/site directory 0700 0:0",
      "/srv/site/img directory 0750 0:1000",
      '/srv/site/img/logo file 0640 0:1000 "logo"',
    ]);
  });

  test("purge removes what the source does not have, but nothing with something excluded in it, and says how much", async () => {
    const input = { purge: true, exclude: ["*.bak"] };
    const { changes, rig } = await applied(input, strange);
    const { callLog } = rig.host.kernel;
    const firstRemoval = callLog.findIndex((call) => call.startsWith("unlink"));
    assert.ok(firstRemoval > callLog.findLastIndex((call) => call.startsWith("rename")));
    assert.deepEqual(
      changes.map(({ path, from, to }) => [path, from ?? to]),
      [
        ["source.create", "5 entries: img, img/logo, index, latest, same"],
        ["purge", "8 entries: gone/deep/lost, old1, old2, old3, old4 and 3 more"],
      ],
    );
    assert.deepEqual(rig.host.kernel.inspect.tree("/srv/site"), [
      COPIED[0],
      "/srv/site/gone directory 0755 0:0",
      "/srv/site/gone/deep directory 0755 0:0",
      '/srv/site/gone/deep/keep.bak file 0600 0:0 "kept"',
      ...COPIED.slice(1),
    ]);
  });

  test("files that Holdfast itself keeps beside others are neither copied nor purged", async () => {
    const own: Start = (host) => {
      strange(host);
      const { tamper } = host.kernel;
      for (const top of ["/templates", "/srv/site"]) {
        tamper.write(`${top}/mine.holdfast-backup`, top);
        tamper.write(`${top}/.holdfast-0123456789abcdef-01234567`, top);
      }
    };
    const { rig } = await applied({ purge: true }, own);
    const { inspect } = rig.host.kernel;
    assert.equal(inspect.text("/srv/site/mine.holdfast-backup"), "/srv/site");
    assert.equal(inspect.text("/srv/site/.holdfast-0123456789abcdef-01234567"), "/srv/site");
  });

  test("only the drifted field is repaired: content, mode, owner, a link's target", async () => {
    const drifted: Start = (host) => {
      source(host);
      const { tamper } = host.kernel;
      tamper.makeDirectory("/srv/site", { mode: 0o750, uid: 1000 });
      tamper.makeDirectory("/srv/site/img", { mode: 0o755 });
      tamper.write("/srv/site/img/logo", "LOGO", { mode: 0o640, gid: 1000 });
      tamper.write("/srv/site/index", "index", { uid: 7 });
      tamper.symlink("/srv/site/latest", "elsewhere");
      tamper.write("/srv/site/same", "index");
    };
    const { changes, rig } = await applied({}, drifted);
    assert.deepEqual(changes, [
      {
        path: "source.change",
        action: "replace",
        from: "4 entries: img (mode), img/logo (content), index (owner), latest (target)",
        to: "as in /templates",
        isPrivate: true,
      },
    ]);
    assert.deepEqual(rig.host.kernel.inspect.tree("/srv/site"), COPIED);
  });

  test("something of another type is replaced with force only, and never with something excluded in it", async () => {
    const inTheWay: Start = (host) => {
      source(host);
      host.kernel.tamper.write("/srv/site/index/keep.bak", "kept");
      host.kernel.tamper.write("/srv/site/img", "a file");
    };
    const fault = await refuseSimulated(copy(), inTheWay, "WrongType");
    assert.match(fault.message, /\/srv\/site\/img is a regular file, not a directory/);
    const exclude = { force: true, exclude: ["*.bak"] };
    const kept = await refuseSimulated(copy(exclude), inTheWay, "WrongType");
    assert.match(kept.resolution, /something excluded is in it/);
    const found = await observe(copy().input, simulatedRig(inTheWay));
    const changes = directoryKind.diff(found.spec, found.observed);
    const type = changes.find(({ path }) => path === "source.type");
    assert.deepEqual(
      [type?.from, type?.to],
      [
        "2 entries: img is a regular file, index is a directory",
        "as in /templates, with force only",
      ],
    );
    const { rig } = await applied({ force: true }, inTheWay);
    assert.deepEqual(rig.host.kernel.inspect.tree("/srv/site").slice(1), COPIED.slice(1));
  });

  test("absent removes a copy that is all its own, and none with something excluded", () => {
    const absent = (input: DirectoryInput) => directoryKind.absent?.(bind(input))?.force;
    const source = "/templates";
    assert.equal(absent({ source, purge: true }), true);
    assert.equal(absent({ source, force: true }), true);
    assert.equal(absent({ source }), undefined);
    assert.equal(absent({ source, purge: true, force: true, exclude: ["uploads"] }), undefined);
    assert.equal(absent({}), false);
  });

  test("T: a source that is missing, or empty where everything would be purged, removes nothing", async () => {
    const emptied: Start = (host) => {
      strange(host);
      host.kernel.tamper.remove("/templates");
      host.kernel.tamper.makeDirectory("/templates");
    };
    const removed: Start = (host) => {
      strange(host);
      host.kernel.tamper.remove("/templates");
    };
    for (const start of [emptied, removed]) {
      const fault = await observeFault({ purge: true }, start);
      assert.equal(fault.reason, "ContentUnavailable");
    }
    await checkSimulated(copy(), emptied, ["mode", "owner"]);
  });

  test("K1: a special file in a source is refused by its name, unless it is excluded", async () => {
    const special: Start = (host) => {
      source(host);
      const { tamper } = host.kernel;
      tamper.makeSpecial("/templates/img/pipe", "fifo");
      tamper.write("/templates/root.sh", "#!", { mode: 0o4755 });
    };
    const pipe = await observeFault({}, special);
    assert.equal(pipe.reason, "SourceEntryRefused");
    assert.match(pipe.message, /\/templates\/img\/pipe is a FIFO/);
    const setUid = await observeFault({ exclude: ["pipe"] }, special);
    assert.match(setUid.message, /\/templates\/root\.sh has the mode 4755/);
    await checkSimulated(copy({ exclude: ["pipe"], recurse: { mode: "0644" } }), special, [
      "state",
      "source",
    ]);
  });

  test("K1, D19: a mount point in either tree is not touched, and is to be excluded where it matters", async () => {
    const mountAt =
      (path: string): Start =>
      (host) => {
        strange(host);
        const { kernel } = host;
        kernel.tamper.makeDirectory(path);
        kernel.mount(path, { source: { type: "disk", fileSystemType: "nfs4" } });
        kernel.fileSystemAt(path).isResponsive = false;
      };
    for (const path of ["/templates/mnt", "/srv/site/mnt"]) {
      const fault = await observeFault({ purge: true }, mountAt(path));
      assert.equal(fault.reason, "IsMountPoint");
      assert.match(fault.message, new RegExp(path));
      await applied({ purge: true, exclude: ["/mnt"] }, mountAt(path));
    }
    await applied({}, mountAt("/srv/site/mnt"));
  });

  test("a file that is not what was observed any more is not copied", async () => {
    const rig = simulatedRig(source);
    const { spec, observed } = await observe(copy().input, rig);
    rig.host.kernel.tamper.makeDirectory("/srv/site", { mode: 0o750, uid: 1000 });
    const there = await observe(copy().input, rig);
    assert.equal(observed, undefined);
    rig.host.kernel.tamper.write("/templates/index", "INDEX");
    const changes = directoryKind.diff(spec, there.observed);
    const action = actionOn(directoryKind, { spec, observed: there.observed, changes });
    await assert.rejects(directoryKind.apply(action, writeContext(rig)), {
      reason: "ContentUnavailable",
      message: /\/templates\/index was changed while it was copied/,
    });
    assert.equal(rig.host.kernel.inspect.stat("/srv/site/index"), undefined);
  });
});

const NAMES = ["a", "b", "d/a", "d/b", "d/e/a", "keep.bak", "d/keep.bak"];
type Tree = Readonly<Partial<Record<string, string>>>;
const files: fc.Arbitrary<Tree> = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.constantFrom("one", "two", "three"),
);
const place =
  (top: string, tree: Tree): Start =>
  ({ kernel: { tamper } }) => {
    tamper.makeDirectory(top);
    for (const [name, content] of Object.entries(tree))
      tamper.write(`${top}/${name}`, content ?? "");
  };
const isExcluded = (name: string): boolean => name.endsWith(".bak");
const contents = (rig: SimulatedRig, top: string): Tree =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const path = `${top}/${name}`;
      const isThere = rig.host.kernel.inspect.stat(path) !== undefined;
      return isThere ? [[name, rig.host.kernel.inspect.text(path)]] : [];
    }),
  );

test("a copy is its source without what is excluded, and what is not purged stays as it was", async () => {
  await fc.assert(
    fc.asyncProperty(files, files, fc.boolean(), async (wanted, there, purge) => {
      fc.pre(!purge || Object.keys(wanted).length > 0);
      const { rig } = await applied({ purge, exclude: ["*.bak"] }, (host) => {
        place("/templates", wanted)(host);
        place("/srv/site", there)(host);
      });
      const expected = Object.fromEntries(
        NAMES.flatMap((name) => {
          const content = isExcluded(name)
            ? there[name]
            : (wanted[name] ?? (purge ? undefined : there[name]));
          return content === undefined ? [] : [[name, content]];
        }),
      );
      assert.deepEqual(contents(rig, "/srv/site"), expected);
      assert.deepEqual(contents(rig, "/templates"), { ...wanted });
      const again = await observe({ source: "/templates", purge, exclude: ["*.bak"] }, rig);
      assert.deepEqual(directoryKind.diff(again.spec, again.observed), []);
    }),
    { numRuns: 60 },
  );
});

function bind(input: DirectoryInput): DirectorySpec {
  return directoryKind.bind("/srv/site", input, (path, summary) =>
    assert.fail(`${path}: ${summary}`),
  );
}

async function observe(
  input: DirectoryInput,
  rig: SimulatedRig,
): Promise<{ readonly spec: DirectorySpec; readonly observed: DirectoryObserved | undefined }> {
  const spec = bind(input);
  const found = await rig.finish(Promise.resolve(directoryKind.observe(spec, writeContext(rig))));
  return { spec, observed: found.type === "present" ? found.value : undefined };
}

async function observeFault(input: DirectoryInput, start: Start): Promise<Fault> {
  const thrown = await observe({ source: "/templates", ...input }, simulatedRig(start)).then(
    () => assert.fail("it can be copied"),
    (error: unknown) => error,
  );
  assert(thrown instanceof Fault);
  return thrown;
}

async function applied(input: DirectoryInput, start: Start) {
  const rig = simulatedRig(start);
  const { spec, observed } = await observe({ source: "/templates", ...input }, rig);
  const changes = directoryKind.diff(spec, observed);
  const action = actionOn(directoryKind, { spec, observed, changes });
  await rig.finish(directoryKind.apply(action, writeContext(rig)));
  return { rig, changes };
}
