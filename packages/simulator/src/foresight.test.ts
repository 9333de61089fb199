import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALLOW_ALL,
  buildGraph,
  dryApply,
  DryRun,
  type FaultReason,
  type Graph,
  type HostWriter,
  knowNothing,
  type Plan,
  type PortName,
  readerOf,
  readManifest,
  type Result,
  silentLog,
} from "@holdfast/core";
import { Engine } from "@holdfast/engine";
import { sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import {
  createSimulatedHost,
  MemoryLedger,
  seededRandom,
  type SimulatedHost,
  VirtualClock,
} from "@holdfast/testing";
import fc from "fast-check";

/** One resource as it is written, and what is at the places it is about. */
interface Declared {
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly meta?: { readonly dependsOn: readonly string[] };
}

const catalog = createStandardCatalog();
const UNSTOPPED = new AbortController().signal;

const ACCOUNT_FILES = [
  ["/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1001:1001::/:/bin/sh\n"],
  ["/etc/shadow", "root:*:19000:0:99999:7:::\napp:!:19000:0:99999:7:::\n"],
  ["/etc/group", "root:x:0:\nusers:x:100:\napp:x:1001:\n"],
  ["/etc/gshadow", "root:*::\nusers:*::\napp:!::\n"],
] as const;

/** A simulated machine with these resources declared on it. */
class Site {
  readonly clock = new VirtualClock();
  readonly host: SimulatedHost;
  readonly #engine: Engine;

  constructor(prepare: (host: SimulatedHost) => void) {
    const host = createSimulatedHost({
      clock: this.clock,
      programs: {
        "/bin/tool": (_request, kernel) => {
          kernel.tamper.makeDirectory("/srv/made");
          return {};
        },
        "/bin/check": () => ({}),
        "/bin/ask": (_request, kernel) => ({
          exitCode: kernel.inspect.stat("/srv/f") === undefined ? 1 : 0,
        }),
      },
    });
    host.kernel.tamper.makeDirectory("/etc/cron.d");
    host.kernel.tamper.makeDirectory("/srv");
    for (const [path, text] of ACCOUNT_FILES) host.kernel.tamper.write(path, text);
    prepare(host);
    this.host = host;
    this.#engine = new Engine(
      {
        clock: this.clock,
        random: seededRandom(1),
        log: silentLog,
        catalog,
        host,
        conditions: host.conditions,
        probes: host.probes,
        ledger: new MemoryLedger(),
        events: () => {},
        agentId: "site",
        refusalOf: () => undefined,
        policy: ALLOW_ALL,
        mode: "enforce",
      },
      {},
    );
  }

  async plan(resources: readonly Declared[]): Promise<Plan> {
    await this.#load(resources);
    return this.clock.finish(this.#engine.plan(UNSTOPPED));
  }

  async apply(resources: readonly Declared[]): Promise<readonly Result[]> {
    await this.#load(resources);
    return (await this.clock.finish(this.#engine.converge(UNSTOPPED))).results;
  }

  async #load(resources: readonly Declared[]): Promise<void> {
    await this.#engine.load({ graph: graphOf(resources), generation: 1 });
  }
}

function graphOf(resources: readonly Declared[]): Graph {
  const text = JSON.stringify({
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "t" },
    resources,
  });
  const read = readManifest([{ file: "m.json", text, format: "json" }], { catalog, hash: sha256 });
  assert.ok(read.value !== undefined, JSON.stringify(read.diagnostics));
  const { value, diagnostics } = buildGraph(read.value.resources, { catalog, log: silentLog });
  assert.ok(value !== undefined, JSON.stringify(diagnostics));
  return value;
}

/** What is at a path before anything is declared. */
const anyStart = fc.constantFrom("nothing", "file", "directory");
type Start = "nothing" | "file" | "directory";

function put(host: SimulatedHost, path: string, start: Start): void {
  if (start === "file") host.kernel.tamper.write(path, "found\n");
  if (start === "directory") host.kernel.tamper.makeDirectory(path);
}

const anyOwner = fc.constantFrom<object[]>({}, { owner: "app" }, { owner: "ghost" });
const anyCheck = fc.constantFrom<object[]>(
  {},
  { validate: ["/bin/check", "%s"] },
  { validate: ["/bin/ghost", "%s"] },
);

function file(name: string, dependsOn: readonly string[] = []): fc.Arbitrary<Declared> {
  return fc.record({
    kind: fc.constant("file"),
    name: fc.constant(name),
    spec: fc
      .tuple(anyOwner, anyCheck)
      .map(([owner, check]) => ({ content: "x\n", ...owner, ...check })),
    meta: fc.constant({ dependsOn }),
  });
}

function one(
  kind: string,
  name: string,
  ...specs: readonly Declared["spec"][]
): fc.Arbitrary<Declared> {
  return fc.constantFrom(...specs).map((spec) => ({ kind, name, spec }));
}

const tool = one("exec", "tool", { command: ["/bin/tool"], creates: "/srv/made" });

/** Each is there or not. What the command makes is declared after it only: nothing else says that it is there by then. */
const anyResources: fc.Arbitrary<readonly Declared[]> = fc
  .tuple(
    fc.option(one("directory", "/srv/a", {}, { force: true })),
    fc.option(one("directory", "/srv/a/b", {}, { owner: "ghost" })),
    fc.option(file("/srv/a/f")),
    fc.option(file("/srv/a/b/f")),
    fc.option(one("link", "/srv/l", { target: "/srv/a" }, { target: "/srv/a", force: true })),
    fc.option(one("line", "line", { path: "/srv/f", line: "x" })),
    fc.option(one("user", "ghost", {})),
    fc.option(one("cron", "job", ...["app", "ghost"].map((user) => cronSpec(user)))),
    fc.option(one("exec", "gone", { command: ["/bin/none"], creates: "/srv/none" })),
    fc.option(one("directory", "/srv/old", { state: "absent" }, { state: "absent", force: true })),
    fc.option(fc.tuple(tool, file("/srv/made/f", ["exec:tool"])), { nil: undefined }),
  )
  .map((drawn) => drawn.flat().filter((resource) => resource !== null && resource !== undefined));

function cronSpec(user: string): Declared["spec"] {
  return { special: "@daily", command: "true", user };
}

const anyStarts = fc.record({
  "/srv/a": anyStart,
  "/srv/l": anyStart,
  "/srv/f": anyStart,
  "/srv/old": anyStart,
  "/srv/old/in": anyStart,
});

function prepareWith(starts: Readonly<Record<string, Start>>): (host: SimulatedHost) => void {
  return (host) => {
    for (const [path, start] of Object.entries(starts)) {
      const isBelowFile = path.startsWith("/srv/old/") && starts["/srv/old"] !== "directory";
      if (!isBelowFile) put(host, path, start);
    }
  };
}

/** What is seen on the machine before anything is tried. */
const FORESEEABLE: ReadonlySet<FaultReason> = new Set([
  "CommandNotFound",
  "DirectoryNotEmpty",
  "NotFound",
  "UnknownUser",
  "WrongType",
]);

test("D20: what a plan says will be refused is refused with that reason, and what is refused was said", async () => {
  await fc.assert(
    fc.asyncProperty(anyStarts, anyResources, async (starts, resources) => {
      const plan = await new Site(prepareWith(starts)).plan(resources);
      const results = await new Site(prepareWith(starts)).apply(resources);
      for (const { id, status, fault } of results) {
        const action = plan.actions.find((planned) => planned.id === id);
        const isDoubtful = action?.reason?.includes("may be refused") === true;
        const said = action?.verb === "skip" ? undefined : action?.fault?.reason;
        if (said !== undefined) assert.equal(fault?.reason, said, `${id}: ${status}`);
        else if (status === "failed" && fault !== undefined && !isDoubtful) {
          assert.ok(!FORESEEABLE.has(fault.reason), `${id} was not foretold: ${fault.message}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

/** The actions of a plan of these resources, one a line. */
async function planned(
  resources: readonly Declared[],
  prepare: (host: SimulatedHost) => void = () => {},
): Promise<readonly string[]> {
  const { actions } = await new Site(prepare).plan(resources);
  return actions.map(({ verb, id, reason }) => [verb, id, reason].filter(Boolean).join(" "));
}

test("D20: what was judged by something that is still to be changed may run, or change", async () => {
  const content = { content: "x\n" };
  const source = { kind: "file", name: "/srv/f", spec: content };
  const guarded = (spec: object): Declared => ({
    kind: "exec",
    name: "guarded",
    spec: { command: ["/bin/tool"], ...spec },
    meta: { dependsOn: ["file:/srv/f"] },
  });
  const made = "create file:/srv/f";
  const mayRun = [made, "update exec:guarded may run after file:/srv/f"];
  assert.deepEqual(await planned([source, guarded({ unless: ["/bin/ask"] })]), mayRun);
  assert.deepEqual(await planned([source, guarded({ onlyIf: ["/bin/ask"] })]), mayRun);
  assert.deepEqual(await planned([source, guarded({ idempotencyKey: "k" })]), [
    made,
    "update exec:guarded after file:/srv/f",
  ]);
  const copy = { kind: "file", name: "/srv/copy", spec: { contentFrom: { path: "/srv/f" } } };
  const asOld = (host: SimulatedHost): void => {
    host.kernel.tamper.write("/srv/f", "old\n");
    host.kernel.tamper.write("/srv/copy", "old\n");
  };
  assert.deepEqual(await planned([source, copy], asOld), [
    "update file:/srv/f",
    "update file:/srv/copy may change after file:/srv/f",
  ]);
});

test("D20: what a guard asks about may also be made further back", async () => {
  const asMade = (host: SimulatedHost): void => host.kernel.tamper.makeDirectory("/srv/between");
  const lines = await planned(
    [
      { kind: "file", name: "/srv/f", spec: { content: "x\n" } },
      { kind: "directory", name: "/srv/between", spec: {}, meta: { dependsOn: ["file:/srv/f"] } },
      {
        kind: "exec",
        name: "guarded",
        spec: { command: ["/bin/tool"], onlyIf: ["/bin/ask"] },
        meta: { dependsOn: ["directory:/srv/between"] },
      },
    ],
    asMade,
  );
  assert.deepEqual(lines, ["create file:/srv/f", "update exec:guarded may run after file:/srv/f"]);
});

test("D20: what a command that comes first may bring may be refused without it, and what nothing brings will be", async () => {
  const inMade = (dependsOn: readonly string[]): Declared => ({
    kind: "file",
    name: "/srv/made/f",
    spec: { content: "x\n" },
    meta: { dependsOn },
  });
  const exec = (guard: Readonly<Record<string, unknown>>): Declared => ({
    kind: "exec",
    name: "tool",
    spec: { command: ["/bin/tool"], ...guard },
  });
  const unless = exec({ unless: ["/bin/ask"] });
  const mayBeRefused = [
    "update exec:tool",
    "create file:/srv/made/f after exec:tool; may be refused unless exec:tool brings /srv/made",
  ];
  assert.deepEqual(await planned([unless, inMade(["exec:tool"])]), mayBeRefused);
  // What it creates comes after it by itself.
  assert.deepEqual(await planned([exec({ creates: "/srv/made" }), inMade([])]), mayBeRefused);
  assert.deepEqual(await planned([unless, inMade([])]), [
    "update exec:tool",
    "create file:/srv/made/f will be refused: NotFound",
  ]);
});

test("D20: a plan that removes a tree says how much is in it", async () => {
  const tree = { kind: "directory", name: "/srv/old", spec: { state: "absent", force: true } };
  const asFull = (host: SimulatedHost): void => {
    host.kernel.tamper.makeDirectory("/srv/old");
    host.kernel.tamper.write("/srv/old/big", "x".repeat(2048));
    host.kernel.tamper.write("/srv/old/small", "x");
  };
  assert.deepEqual(await planned([tree], asFull), [
    "delete directory:/srv/old removes 2 entries in it, 2.0 KiB",
  ]);
});

test("D20: what depends on what will be refused is blocked, and neither counts as changed", async () => {
  const ghost = { kind: "file", name: "/srv/g", spec: { content: "x\n", owner: "ghost" } };
  const next = {
    kind: "file",
    name: "/srv/n",
    spec: { content: "x\n" },
    meta: { dependsOn: ["file:/srv/g"] },
  };
  const { actions, summary } = await new Site(() => {}).plan([ghost, next]);
  assert.deepEqual(
    actions.map(({ verb, fault, blockedBy }) => [verb, fault?.reason, blockedBy]),
    [
      ["create", "UnknownUser", undefined],
      ["skip", undefined, "file:/srv/g"],
    ],
  );
  const { create, skip, unknown, refused } = summary;
  assert.deepEqual(
    { create, skip, unknown, refused },
    { create: 0, skip: 1, unknown: 0, refused: 1 },
  );
});

test("D20: numbers that others have, and groups that others need, are refused as the tools would", async () => {
  const check = async (
    resource: Declared,
    reason: FaultReason,
    others: readonly Declared[] = [],
  ) => {
    const resources = [...others, resource];
    const { actions } = await new Site(() => {}).plan(resources);
    const results = await new Site(() => {}).apply(resources);
    const id = `${resource.kind}:${resource.name}`;
    assert.equal(actions.find((action) => action.id === id)?.fault?.reason, reason, id);
    assert.equal(results.find((result) => result.id === id)?.fault?.reason, reason, id);
  };
  await check({ kind: "user", name: "new", spec: { uid: 1001 } }, "IdTaken");
  await check({ kind: "group", name: "new", spec: { gid: 1001 } }, "IdTaken");
  await check({ kind: "group", name: "app", spec: { state: "absent" } }, "GroupInUse");
  await check({ kind: "user", name: "new", spec: { groups: ["none"] } }, "UnknownUser");
});

const PORTS = [
  "accounts",
  "archives",
  "certificates",
  "commands",
  "containers",
  "downloads",
  "facts",
  "files",
  "firewall",
  "git",
  "hash",
  "mounts",
  "network",
  "oneShots",
  "packages",
  "paths",
  "services",
  "system",
] as const satisfies readonly PortName[];
/** Ports without a call that writes: a dry run has them as they are. */
const READING = ["certificates", "facts", "hash", "paths"];

/** Whatever a call may take out of its arguments. */
const ANYTHING = {
  path: "/srv/f",
  place: { path: "/srv/f" },
  argv: ["/bin/tool"],
  env: {},
  name: "someone",
  content: new Uint8Array(),
  recursive: true,
  async *[Symbol.asyncIterator]() {
    yield new Uint8Array(1);
  },
};

/** A host that writes down every call of a port, as `port.call`. */
function recorded(host: SimulatedHost, calls: string[]): SimulatedHost {
  const ports = new Map<string | symbol, object>();
  const record = (port: string, real: object): object =>
    new Proxy(real, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== "function") return found;
        return (...given: readonly unknown[]): unknown => {
          calls.push(`${port}.${String(name)}`);
          return Reflect.apply(found, target, given);
        };
      },
    });
  return new Proxy(host, {
    get: (target, port) => {
      const real: unknown = Reflect.get(target, port);
      if (typeof real !== "object" || real === null) return real;
      const known = ports.get(port) ?? record(String(port), real);
      ports.set(port, known);
      return known;
    },
  });
}

/** Calls something in any way, and waits for its end. */
async function tryOut(call: () => unknown): Promise<void> {
  try {
    const answer: unknown = await call();
    if (typeof answer !== "object" || answer === null || !(Symbol.asyncIterator in answer)) return;
    const begin: unknown = Reflect.get(answer, Symbol.asyncIterator);
    if (typeof begin !== "function") return;
    const chunks: unknown = Reflect.apply(begin, answer, []);
    if (typeof chunks !== "object" || chunks === null) return;
    const next: unknown = Reflect.get(chunks, "next");
    if (typeof next === "function") await Reflect.apply(next, chunks, []);
  } catch {
    // Ended where it would have written, or refused.
  }
}

/** The calls of each port that a reader has not: those that may write. */
function writingCalls(writer: HostWriter, reader: object): readonly (readonly [string, string])[] {
  return PORTS.flatMap((port) => {
    const ofReader: unknown = Reflect.get(reader, port);
    const reading = typeof ofReader === "object" && ofReader !== null ? Object.keys(ofReader) : [];
    const calls = Object.keys(writer[port]).filter((name) => !reading.includes(name));
    return READING.includes(port) ? [] : calls.map((name) => [port, name] as const);
  });
}

test("D20: no call that may write reaches the host in a dry run, of any port", async () => {
  await using host = createSimulatedHost({ clock: new VirtualClock() });
  const calls: string[] = [];
  const recording = recorded(host, calls);
  const reader = readerOf(recording);
  const expected = { comes: () => false, goes: () => false };
  let tried: readonly (readonly [string, string])[] = [];
  const tryAll = async (dry: HostWriter): Promise<void> => {
    assert.deepEqual(Object.keys(dry).toSorted(), PORTS, "a port that is new is listed above");
    const same = PORTS.filter((port) => dry[port] === recording[port]);
    assert.deepEqual(same, READING, "a port that writes is never the one of the host");
    tried = writingCalls(dry, reader);
    for (const [port, name] of tried) {
      const own: unknown = Reflect.get(dry, port);
      const call: unknown = own instanceof Object ? Reflect.get(own, name) : undefined;
      assert.ok(typeof call === "function", `${port}.${name}`);
      const given = Array.from({ length: Math.max(1, call.length - 1) }, () => ANYTHING);
      await tryOut(() => Reflect.apply(call, own, [...given, UNSTOPPED]));
    }
  };
  const kind = {
    kind: "any",
    ports: PORTS,
    foresee: (_action: unknown, context: { readonly host: HostWriter }) => tryAll(context.host),
  };
  const action = { verb: "update", cause: "intent", provenance: "created", changes: [] } as const;
  const run = new DryRun({ expected, own: [], needs: () => [] });
  const place = { host: recording, run, known: knowNothing(), hasSecrets: false };
  const fault = await dryApply(
    kind,
    { ...action, spec: {}, observed: undefined },
    place,
    UNSTOPPED,
  );
  assert.equal(fault, undefined, fault?.message);
  const mayWrite = new Set(writingCalls(host, reader).map((words) => words.join(".")));
  assert.ok(tried.length > 40, `${tried.length} calls that may write`);
  const reached = calls.filter((call) => mayWrite.has(call));
  assert.deepEqual(reached, []);
});
