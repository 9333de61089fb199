import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  ALLOW_ALL,
  buildGraph,
  checkResources,
  type EngineEvent,
  type JsonObject,
  parseResourceId,
  type ResourceId,
  silentLog,
} from "@holdfast/core";
import { Engine } from "@holdfast/engine";
import { createStandardCatalog } from "@holdfast/resources";
import { createSimulatedHost, MemoryLedger, seededRandom, VirtualClock } from "@holdfast/testing";
import fc from "fast-check";

/** Manifests of the law of accepted ones. */
const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 1_500 : 120;

type Specs = Readonly<Record<string, JsonObject>>;

/** A machine with an agent of the standard kinds on it, whose ledger outlives each process. */
class Machine implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly host = createSimulatedHost({ clock: this.clock });
  readonly kernel = this.host.kernel;
  readonly events: EngineEvent[] = [];
  /** Called when a resource is about to be observed, for whatever reason. */
  onObserve: () => void = () => {};
  readonly #ledger = new MemoryLedger();
  readonly #catalog = createStandardCatalog();
  readonly #stop = new AbortController();

  /** What is wrong with a manifest; nothing where it is accepted. */
  mistakes(specs: Specs): readonly string[] {
    return this.#graph(specs).diagnostics.map(({ detail }) => detail);
  }

  #graph(specs: Specs) {
    const declared = Object.entries(specs).map(([id, spec]) => {
      const [kind = "", name = ""] = id.split(/:(.*)/s);
      return { kind, name, spec, meta: {}, locate: () => undefined };
    });
    const checked = checkResources(declared, this.#catalog);
    assert.ok(checked.value, JSON.stringify(checked.diagnostics));
    return buildGraph(checked.value, { catalog: this.#catalog, log: silentLog });
  }

  async load(specs: Specs): Promise<Engine> {
    const { value: graph, diagnostics } = this.#graph(specs);
    assert.ok(graph, JSON.stringify(diagnostics));
    const engine = this.#engine();
    await engine.load({ graph, generation: 1, manifest: "machine" });
    return engine;
  }

  async converge(specs: Specs): Promise<readonly string[]> {
    const engine = await this.load(specs);
    const { results } = await this.clock.finish(engine.converge(this.#stop.signal));
    return results.map(({ id, status }) => `${status} ${id}`);
  }

  async plan(specs: Specs): Promise<readonly string[]> {
    const engine = await this.load(specs);
    const { actions } = await this.clock.finish(engine.plan(this.#stop.signal));
    return actions.map(({ id, verb, reason }) => `${verb} ${id} ${reason ?? ""}`.trim());
  }

  async serve(specs: Specs): Promise<Engine> {
    const engine = await this.load(specs);
    void engine.serve({}, this.#stop.signal);
    await this.clock.advance(5_000);
    return engine;
  }

  /** Whether the agent made it, by its ledger. */
  provenanceOf(id: string) {
    return this.#ledger.lastApplied(idOf(id))?.provenance;
  }

  /** Bytes of two paths, which are one file or not. */
  isOneFile(path: string, other: string): boolean {
    return this.kernel.inspect.stat(path)?.ino === this.kernel.inspect.stat(other)?.ino;
  }

  #engine(): Engine {
    const { clock, host } = this;
    return new Engine(
      {
        clock,
        host,
        random: seededRandom(1),
        log: silentLog,
        catalog: this.#catalog,
        conditions: host.conditions,
        probes: host.probes,
        ledger: this.#ledger,
        events: (event) => this.events.push(event),
        observer: {
          stage: (_id, stage) => {
            if (stage === "observe") this.onObserve();
            return () => {};
          },
          ended: () => {},
        },
        agentId: "machine",
        refusalOf: () => undefined,
        policy: ALLOW_ALL,
        mode: "enforce",
      },
      {},
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.clock.settle();
    await this.host[Symbol.asyncDispose]();
  }
}

function idOf(text: string): ResourceId {
  const id = parseResourceId(text);
  assert.ok(id);
  return id;
}

/** What somebody does to a declared mount and to what lies there. */
type Blow = "unmount" | "remove" | "write";

const MOUNTED: Specs = {
  "mount:/data": { source: "/disk", options: "bind" },
  "file:/data/app/one": { content: "one" },
  "line:two": { path: "/data/app/two", line: "two" },
  "directory:/data/app": { mode: "0750" },
  "link:/srv/app": { target: "/data/app" },
  "file:/srv/app/three": { content: "three" },
};
const LYING = ["/data/app/one", "/data/app/two", "/data/app/three"];

async function mountedMachine(): Promise<Machine> {
  const machine = new Machine();
  for (const path of ["/disk", "/data", "/etc", "/srv", "/disk/app"]) {
    machine.kernel.tamper.makeDirectory(path);
  }
  machine.kernel.tamper.write("/disk/app/two", "");
  machine.kernel.mount("/data", { source: { type: "bind", path: "/disk" } });
  return machine;
}

function strike({ kernel }: Machine, blow: Blow): void {
  const isMounted = kernel.inspect.stat("/data/app") !== undefined;
  if (!isMounted) return;
  if (blow === "unmount") kernel.unmount("/data");
  else if (blow === "remove") kernel.tamper.remove("/data/app/one");
  else for (const path of LYING) kernel.tamper.write(path, "somebody's");
}

const PATHS = ["/srv/a", "/srv/a/b", "/srv/c/b", "/srv/l/b"];
const anyPath = fc.constantFrom(...PATHS);
type Declaration = readonly [string, JsonObject];
/** Of a machine with `x` in /srv/a/b, `y` in /srv/c/b, and perhaps a link /srv/l to one of the two directories. */
const anyDeclaration: fc.Arbitrary<Declaration> = fc.oneof(
  fc
    .tuple(anyPath, fc.constantFrom("x", "y"))
    .map(([path, content]): Declaration => [`file:${path}`, { content }]),
  anyPath.map((path): Declaration => [`file:${path}`, { state: "absent" }]),
  anyPath.map((path): Declaration => [`line:${path}`, { path, line: "z" }]),
  fc.constantFrom("/srv/a", "/srv/c").map((path): Declaration => [`directory:${path}`, {}]),
  fc
    .constantFrom("/srv/a", "/srv/c")
    .map((path): Declaration => [`directory:${path}`, { state: "absent", force: true }]),
  fc.constantFrom("/srv/a", "c").map((target): Declaration => ["link:/srv/l", { target }]),
  anyPath.map((target): Declaration => ["link:/srv/h", { target, hard: true }]),
  anyPath.map((path): Declaration => ["file:/srv/copy", { contentFrom: { path } }]),
);
const anyManifest: fc.Arbitrary<Specs> = fc
  .array(anyDeclaration, { minLength: 2, maxLength: 5 })
  // Where a link leads that nobody declares, a manifest does not say.
  .filter(
    (all) => !JSON.stringify(all).includes("/srv/l/") || all.some(([id]) => id === "link:/srv/l"),
  )
  .map((all) => Object.fromEntries(all));

suite("the standard kinds on a simulated machine", () => {
  test("K10: no file is written below the point of a mount that is not there, whenever it goes", async () => {
    const anyBlow = fc.record({
      blow: fc.constantFrom<Blow>("unmount", "unmount", "remove", "write"),
      afterMs: fc.nat({ max: 900 }),
      // The mount goes between two observations of the agent, too.
      afterObservations: fc.nat({ max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyBlow, { minLength: 1, maxLength: 6 }), async (blows) => {
        await using machine = await mountedMachine();
        const engine = await machine.serve(MOUNTED);
        for (const { blow, afterMs, afterObservations } of blows) {
          let left = afterObservations;
          machine.onObserve = () => {
            if (left-- === 0) strike(machine, "unmount");
          };
          strike(machine, blow);
          await machine.clock.advance(afterMs);
        }
        machine.onObserve = () => {};
        // The simulated watches do not follow mounts: what was missed is found when all is observed again.
        await machine.clock.advance(700_000);
        for (const id of Object.keys(MOUNTED)) {
          assert.equal(engine.status(idOf(id))?.type, "Ready", id);
        }
        const texts = LYING.map((path) => machine.kernel.inspect.text(path));
        assert.deepEqual([texts[0], texts[2]], ["one", "three"]);
        machine.kernel.unmount("/data");
        assert.deepEqual(machine.kernel.inspect.list("/data"), []);
      }),
      { numRuns: 15 },
    );
  });

  test("G3, G6: nothing that is as declared is otherwise after a pass over an accepted manifest", async () => {
    let accepted = 0;
    const anyLink = fc.constantFrom(undefined, "a", "/srv/c");
    await fc.assert(
      fc.asyncProperty(anyManifest, anyLink, async (specs, link) => {
        await using machine = new Machine();
        const { tamper } = machine.kernel;
        for (const path of ["/srv", "/srv/a", "/srv/c"]) tamper.makeDirectory(path);
        tamper.write("/srv/a/b", "x");
        tamper.write("/srv/c/b", "y");
        if (link !== undefined) tamper.symlink("/srv/l", link);
        if (machine.mistakes(specs).length > 0) return;
        accepted += 1;
        const differing = await machine.plan(specs);
        const results = await machine.converge(specs);
        const after = await machine.plan(specs);
        const undone = (action: string): boolean => {
          const id = action.split(" ")[1] ?? "";
          const wasAsDeclared = !differing.some((one) => one.split(" ")[1] === id);
          const isSkipped = results.includes(`skipped ${id}`);
          return results.includes(`changed ${id}`) || (wasAsDeclared && !isSkipped);
        };
        assert.deepEqual(after.filter(undone), [], results.join(", "));
      }),
      { numRuns: RUNS },
    );
    assert.ok(accepted > RUNS / 4, `${accepted} were accepted`);
  });

  test("K10: a hard link follows its target to new content, and a plan says so", async () => {
    const specs = (content: string): Specs => ({
      "link:/srv/b": { target: "/srv/a", hard: true },
      "file:/srv/a": { content },
    });
    await using machine = new Machine();
    machine.kernel.tamper.makeDirectory("/srv");
    await machine.converge(specs("one"));
    assert.deepEqual(await machine.plan(specs("two")), [
      "update file:/srv/a",
      "update link:/srv/b after file:/srv/a",
    ]);
    const results = await machine.converge(specs("two"));
    assert.deepEqual(results, ["changed file:/srv/a", "changed link:/srv/b"]);
    assert.ok(machine.isOneFile("/srv/a", "/srv/b"));
    assert.deepEqual(await machine.plan(specs("two")), []);
    const mode = { "file:/srv/a": { content: "two", mode: "0600" } };
    const planned = await machine.plan({ ...specs("two"), ...mode });
    assert.deepEqual(planned, ["update file:/srv/a"], "its mode is changed in place");
  });

  test("K10: a hard link follows a target that is repaired while an agent serves, and is no drift of its own", async () => {
    await using machine = new Machine();
    machine.kernel.tamper.makeDirectory("/srv");
    await machine.serve({
      "file:/srv/a": { content: "one" },
      "link:/srv/b": { target: "/srv/a", hard: true },
    });
    machine.kernel.tamper.write("/srv/b", "somebody's");
    await machine.clock.advance(5_000);
    assert.equal(machine.kernel.inspect.text("/srv/b"), "one");
    assert.ok(machine.isOneFile("/srv/a", "/srv/b"));
    const drifted = machine.events.flatMap((event) => (event.type === "drift" ? [event.id] : []));
    assert.deepEqual(drifted, ["file:/srv/a"]);
  });

  test("K10: what somebody put in the place of a hard link stays", async () => {
    const specs = {
      "file:/srv/a": { content: "one" },
      "link:/srv/b": { target: "/srv/a", hard: true },
    };
    await using machine = new Machine();
    machine.kernel.tamper.makeDirectory("/srv");
    await machine.converge(specs);
    machine.kernel.tamper.replaceByRename("/srv/b", "somebody's");
    await machine.converge({ ...specs, "file:/srv/a": { content: "two" } });
    assert.equal(machine.kernel.inspect.text("/srv/b"), "somebody's");
  });

  test("F5: a line that Holdfast made stays its own under new words, until those find a line of others", async () => {
    await using machine = new Machine();
    const { tamper } = machine.kernel;
    for (const path of ["/etc", "/srv"]) tamper.makeDirectory(path);
    tamper.write("/srv/conf", "user=theirs\n");
    const line = (text: string, match: string): Specs => ({
      "line:one": { path: "/srv/conf", line: text, match },
    });
    const after = async (specs: Specs) => {
      await machine.converge(specs);
      return machine.provenanceOf("line:one");
    };
    assert.equal(await after(line("port=1", "^port=")), "created");
    assert.equal(await after(line("port=2", "^port=")), "created");
    assert.equal(await after(line("user=ours", "^user=")), "adopted");
    assert.equal(machine.kernel.inspect.text("/srv/conf"), "user=ours\nport=2\n");
  });
});
