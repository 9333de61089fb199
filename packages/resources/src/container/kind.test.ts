import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Change, type ContainerWriter, Fault, silentLog } from "@holdfast/core";
import {
  actionOn,
  checkKindRefusal,
  ContainerModel,
  createSimulatedHost,
  type KindRig,
  type ModelImage,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import type { ContainerInput } from "./fields.ts";
import { containerKind } from "./kind.ts";

const SIGNAL = new AbortController().signal;
const ONE = "localhost/app:1";
const TWO = "localhost/app:2";
const SICK = "localhost/sick:1";
const ENDS = "localhost/ends:1";
const REMOTE = "registry.test/app:1";
const CHECK = { command: ["/bin/check"] };

function image(digit: string, more: Partial<ModelImage> = {}): ModelImage {
  return {
    id: `sha256:${digit.repeat(64)}`,
    digests: [`sha256:${"a".repeat(63)}${digit}`],
    ...more,
  };
}

/** A simulated engine, what is asked of it, and one container that is declared on it. */
class Site {
  readonly model = new ContainerModel();
  readonly clock = new VirtualClock();
  readonly calls: string[] = [];
  /** The call with this number, from 1, and all after it fail. */
  failsFrom = Number.POSITIVE_INFINITY;
  /** Happens whenever somebody waits. */
  whileWaiting = (): void => {};
  readonly #rig: KindRig;

  constructor() {
    const { model, clock } = this;
    model.images.set(ONE, image("1"));
    model.images.set(TWO, image("2"));
    model.images.set(SICK, image("3", { isSick: true }));
    model.images.set(ENDS, image("4", { endsWith: 3 }));
    model.registry.set(REMOTE, image("5"));
    const host = createSimulatedHost({ clock, containers: model });
    this.#rig = {
      host: { ...host, containers: this.#recorded(host.containers) },
      tree: () => [...model.containers].map(([name, { status }]) => `${name} ${status}`).sort(),
      sleep: (delayMs) => clock.advance(delayMs),
    };
  }

  /** What is there: names with how they are. */
  get there(): readonly string[] {
    return this.#rig.tree();
  }

  get rig(): KindRig {
    return this.#rig;
  }

  async changes(input: ContainerInput): Promise<readonly Change[]> {
    const spec = bind(input);
    return containerKind.diff(spec, await this.#observe(input));
  }

  /** Applies what differs, and gives back what it was. */
  async apply(input: ContainerInput): Promise<readonly Change[]> {
    const spec = bind(input);
    const observed = await this.#observe(input);
    const changes = containerKind.diff(spec, observed);
    this.calls.length = 0;
    const context = { ...writeContext(this.#rig), sleep: (ms: number) => this.#wait(ms) };
    await containerKind.apply(actionOn(containerKind, { spec, observed, changes }), context);
    return changes;
  }

  async #wait(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.whileWaiting();
  }

  async #observe(input: ContainerInput) {
    const context = { host: this.#rig.host, signal: SIGNAL, log: silentLog };
    const found = await containerKind.observe(bind(input), context);
    assert.ok(found.type !== "unknown");
    return found.type === "present" ? found.value : undefined;
  }

  /** Only what changes something is written down and can fail. */
  #recorded(containers: ContainerWriter): ContainerWriter {
    const isReading = /^(?:containers|images|networks|volumes|usersOf|watch)$/;
    return new Proxy(containers, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== "function" || isReading.test(String(name))) return call;
        return async (...given: readonly unknown[]): Promise<unknown> => {
          this.calls.push(String(name));
          if (this.calls.length >= this.failsFrom) throw outage();
          return Reflect.apply(call, target, given);
        };
      },
    });
  }
}

function outage(): Fault {
  const words = { message: "the engine is gone", resolution: "Start it." };
  return new Fault({ reason: "ContainersUnavailable", ...words });
}

function bind(input: ContainerInput) {
  return containerKind.bind("web", input, (path, summary) => assert.fail(`${path}: ${summary}`));
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault, String(thrown));
  return thrown;
}

suite("container", () => {
  test("contradictions are reported, each with what to write", () => {
    const mistakes: readonly (readonly [ContainerInput, string])[] = [
      [{}, "image: no image"],
      [{ image: ONE, ports: ["80"] }, "ports.0: not a published port"],
      [{ image: ONE, ports: ["1:2", "8080:80/http"] }, "ports.1: not a published port"],
      [{ image: ONE, ports: ["70000:80"] }, "ports.0: not a published port"],
      [{ image: ONE, ports: ["127.0.0.256:80:80"] }, "ports.0: not a published port"],
      [{ image: ONE, ports: ["[fd00:::1]:80:80"] }, "ports.0: not a published port"],
      [{ image: ONE, ports: ["1:1"], networks: "host" }, "ports: ports in no network of its own"],
      [{ image: ONE, mounts: [{ target: "data" }] }, "mounts.0.target: not an absolute path"],
      [
        { image: ONE, mounts: [{ source: "/a/../b", target: "/b" }] },
        "mounts.0.source: not a plain path",
      ],
      [
        { image: ONE, mounts: [{ type: "volume", source: "/a", target: "/b" }] },
        "mounts.0.source: not a name of a volume",
      ],
      [
        { image: ONE, mounts: [{ type: "bind", target: "/b" }] },
        "mounts.0.source: not the source of a bind",
      ],
      [
        { image: ONE, mounts: [{ target: "/b" }, { source: "a", target: "/b" }] },
        "mounts: two mounts at one place",
      ],
    ];
    for (const [input, expected] of mistakes) {
      const found: string[] = [];
      containerKind.bind("web", input, (path, summary) => found.push(`${path}: ${summary}`));
      assert.ok(found.includes(expected), `${expected} in ${found.join(", ")}`);
    }
    for (const name of ["a b", "-a", "a/b", "web.holdfast-old", ""]) {
      const found: string[] = [];
      containerKind.bind(name, { image: ONE }, (path) => found.push(path));
      assert.deepEqual(found, [""], name);
    }
  });

  test("what is written in two ways is one: tag latest, a digest beside a tag, order of ports", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    assert.equal(bind({ image: "host:5000/a" }).image, "host:5000/a:latest");
    assert.equal(bind({ image: `a:1@${digest}` }).image, `a@${digest}`);
    // Podman counts a share of a processor in hundred-thousandths: a finer one would be replaced again and again.
    assert.equal(bind({ image: ONE, limits: { cpus: 0.1234567 } }).limits.cpus, 0.12346);
    const spelled = (address: string) => bind({ image: ONE, ports: [`[${address}]:80:80`] });
    assert.deepEqual(spelled("FD00:0:0::01"), spelled("fd00::1"));
    // Engines count nanoseconds, and refuse a part of one: 1.001 times 1000 is 1000.9999999999999.
    const health = { command: ["/bin/check"], interval: 1.001, timeout: 0.000_000_1 };
    const { intervalMs, timeoutMs } = bind({ image: ONE, health }).definition.health ?? {};
    assert.deepEqual([intervalMs, timeoutMs], [1_001, 1]);
    const one = bind({ image: ONE, ports: ["81:81/tcp", "80:80"], env: { B: "1", A: "2" } });
    const other = bind({ image: ONE, ports: ["80:80", "81:81"], env: { A: "2", B: "1" } });
    assert.deepEqual(one.recorded, other.recorded);
  });

  test("K10: a replacement is pulled and made before anything is stopped, and the plan says for what", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    assert.deepEqual(site.calls, ["create", "rename", "start"]);
    const changes = await site.apply({ image: REMOTE, command: ["serve"] });
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["container", "image", "command"],
    );
    assert.equal(changes[0]?.to, "another one, for image, command");
    const order = ["pull", "create", "stop", "rename", "rename", "start", "remove"];
    assert.deepEqual(site.calls, order);
    assert.deepEqual(site.there, ["web running"]);
    assert.deepEqual(await site.changes({ image: REMOTE, command: ["serve"] }), []);
  });

  test("K10: what cannot be pulled or made has stopped nothing", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    const before = site.model.containers.get("web");
    const inputs: readonly ContainerInput[] = [
      { image: "registry.test/none:1" },
      { image: "registry.test/none:1", pull: "never" },
      { image: ONE, networks: ["none-such"] },
      { image: ONE, command: ["x"], networks: ["none-such"] },
    ];
    for (const input of inputs) {
      await faultOf(site.apply(input));
      assert.ok(!site.calls.includes("stop"), site.calls.join());
      assert.equal(site.model.containers.get("web"), before);
      assert.deepEqual(site.there, ["web running"]);
    }
  });

  test("K10: a replacement that does not get healthy or does not run is rolled back, and not tried again by itself", async () => {
    for (const [reference, why] of [
      [SICK, /^web calls itself unhealthy; the container before it is back in its place$/],
      [ENDS, /^web was started and is exited \(exit code 3\); the container before/],
    ] as const) {
      const site = new Site();
      await site.apply({ image: ONE, health: CHECK });
      const before = site.model.containers.get("web");
      const fault = await faultOf(site.apply({ image: reference, health: CHECK }));
      assert.equal(fault.reason, "ContainerFailed");
      assert.equal(fault.retry, "never");
      assert.match(fault.message, why);
      assert.equal(site.model.containers.get("web"), before);
      assert.deepEqual(site.there, ["web running"]);
    }
  });

  test("K10: the first container of a spec stays when it ends, so that it can be seen why, and is tried again", async () => {
    const site = new Site();
    const fault = await faultOf(site.apply({ image: ENDS }));
    assert.equal(fault.retry, "backoff");
    assert.deepEqual(site.there, ["web exited"]);
  });

  test("K10: wherever a replacement is cut off, the next apply finishes it and leaves nothing behind", async () => {
    for (let nth = 1; nth <= 6; nth++) {
      for (const next of [ONE, TWO]) {
        const site = new Site();
        await site.apply({ image: ONE, health: CHECK });
        site.failsFrom = nth;
        await faultOf(site.apply({ image: TWO, health: CHECK, pull: "missing", command: ["x"] }));
        site.failsFrom = Number.POSITIVE_INFINITY;
        const input = { image: next, health: CHECK };
        await site.apply(input);
        assert.deepEqual(site.there, ["web running"], `call ${nth}, then ${next}`);
        assert.deepEqual(await site.changes(input), []);
      }
    }
  });

  test("K10: a new one that was cut off before it was proven, and is sick, gives its place back", async () => {
    const site = new Site();
    await site.apply({ image: ONE, health: CHECK });
    const before = site.model.containers.get("web");
    site.failsFrom = 5;
    await faultOf(site.apply({ image: SICK, health: CHECK }));
    site.failsFrom = Number.POSITIVE_INFINITY;
    assert.deepEqual(site.there, ["web created", "web.holdfast-old exited"]);
    await faultOf(site.apply({ image: SICK, health: CHECK }));
    assert.equal(site.model.containers.get("web"), before);
    assert.deepEqual(site.there, ["web running"]);
  });

  test("K10: what somebody else calls as a replacement would be called stays, and nothing is stopped for it", async () => {
    for (const suffix of ["new", "old"]) {
      const site = new Site();
      await site.apply({ image: ONE });
      const { definition } = site.model.container("web");
      const taken = `web.holdfast-${suffix}`;
      site.model.make({ ...definition, name: taken, labels: {} });
      const declared = { kind: containerKind, name: "web", input: { image: TWO } };
      await checkKindRefusal(declared, "AlreadyExists", site.rig);
      assert.deepEqual(site.there, ["web running", `${taken} created`]);
      await site.apply({ image: ONE, state: "stopped" });
      site.model.remove("web");
      if (suffix === "old") await site.apply({ image: ONE });
      assert.ok(site.there.includes(`${taken} created`));
    }
  });

  test("K10: wherever an adoption by force is cut off, what was there is put back or replaced, and never lost", async () => {
    for (let nth = 1; nth <= 6; nth++) {
      const site = new Site();
      await site.apply({ image: ONE, health: CHECK });
      const theirs = site.model.container("web");
      theirs.definition = { ...theirs.definition, labels: {} };
      site.failsFrom = nth;
      const input: ContainerInput = { image: TWO, health: CHECK, force: true };
      await faultOf(site.apply(input));
      site.failsFrom = Number.POSITIVE_INFINITY;
      assert.ok([...site.model.containers.values()].includes(theirs), `call ${nth}`);
      await faultOf(site.apply({ ...input, image: SICK }));
      // When it failed to remove theirs, its own had been well for a while.
      const good = nth === 6 ? TWO : ONE;
      assert.equal(site.model.container("web").definition.image, good, `call ${nth}`);
      await site.apply(input);
      assert.deepEqual(site.there, ["web running"]);
      assert.deepEqual(await site.changes(input), []);
    }
  });

  test("K10: the last one that was well is kept until another one is, however often a replacement is begun anew", async () => {
    const site = new Site();
    await site.apply({ image: ONE, health: CHECK });
    const good = site.model.container("web");
    site.failsFrom = 6;
    await faultOf(site.apply({ image: SICK, health: CHECK }));
    site.failsFrom = Number.POSITIVE_INFINITY;
    const sick: ContainerInput = { image: SICK, health: CHECK, command: ["again"] };
    const fault = await faultOf(site.apply(sick));
    assert.match(fault.message, /the container before it is back in its place/);
    assert.equal(site.model.container("web"), good);
    assert.deepEqual(site.there, ["web running"]);
  });

  test("K10: a roll-back leaves the old one as it was: what was stopped is not started", async () => {
    const site = new Site();
    await site.apply({ image: ONE, state: "stopped" });
    await faultOf(site.apply({ image: ENDS }));
    assert.deepEqual(site.there, ["web created"]);
  });

  test("K10: a roll-back starts what was paused, or was being started again: it had not ended", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    site.model.container("web").status = "paused";
    await faultOf(site.apply({ image: ENDS }));
    assert.equal(site.model.container("web").image.id, image("1").id);
    assert.deepEqual(site.there, ["web running"]);
  });

  test("K10: what ends and is started again by its restart policy does not run", async () => {
    const site = new Site();
    site.whileWaiting = () => {
      const web = site.model.container("web");
      if (web.image.id === image("2").id) web.startedAtMs = (web.startedAtMs ?? 0) + 100;
    };
    await site.apply({ image: ONE });
    const fault = await faultOf(site.apply({ image: TWO, restart: "always" }));
    assert.match(fault.message, /has ended since it was started, and was started again/);
    assert.equal(site.model.container("web").image.id, image("1").id);
  });

  test("K10: a replacement that was cut off ends as declared: stopped, or running though it was paused", async () => {
    for (const [state, expected] of [
      ["stopped", "exited"],
      ["running", "running"],
    ] as const) {
      const site = new Site();
      await site.apply({ image: ONE, health: CHECK });
      site.failsFrom = 6;
      await faultOf(site.apply({ image: TWO, health: CHECK }));
      site.failsFrom = Number.POSITIVE_INFINITY;
      assert.deepEqual(site.there, ["web running", "web.holdfast-old exited"]);
      site.model.container("web").status = "paused";
      await site.apply({ image: TWO, health: CHECK, state });
      assert.deepEqual(site.there, [`web ${expected}`]);
    }
  });

  test("K10: another reference is one change of the image, whatever is on the machine", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    const changes = await site.changes({ image: TWO });
    assert.deepEqual(
      changes.map(({ path, from, to }) => [path, from, to].slice(path === "container" ? 2 : 0)),
      [["another one, for image"], ["image", ONE, TWO]],
    );
  });

  test("K10: another image under its tag is drift, and one that is gone is none", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    site.model.images.delete(ONE);
    assert.deepEqual(await site.changes({ image: ONE }), []);
    site.model.images.set(ONE, image("9"));
    const changes = await site.apply({ image: ONE });
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["container", "image"],
    );
    assert.equal(site.model.containers.get("web")?.image.id, image("9").id);
  });

  test("K10: networks, state and, where the engine can, limits change in place", async () => {
    const site = new Site();
    const network = { driver: "bridge", isInternal: false, hasIpv6: false, subnets: [] };
    for (const name of ["back", "front"]) {
      site.model.networks.set(name, { ...network, options: {}, labels: {} });
    }
    site.model.canUpdate = true;
    const input: ContainerInput = { image: ONE, networks: ["back"], limits: { memory: "64M" } };
    await site.apply(input);
    const { id } = site.model.container("web");
    await site.apply({ ...input, networks: ["front"], limits: { memory: "128M" } });
    assert.deepEqual(site.calls, ["update", "connect", "disconnect"]);
    await site.apply({ ...input, state: "stopped" });
    assert.deepEqual(site.calls, ["update", "connect", "disconnect", "stop"]);
    site.model.container("web").status = "paused";
    await site.apply({ image: ONE, networks: ["back"], limits: {} });
    assert.deepEqual(site.calls, ["unpause", "start"]);
    assert.equal(site.model.container("web").id, id);
    site.model.canUpdate = false;
    const [first] = await site.apply({ ...input, limits: { memory: "1G" } });
    assert.equal(first?.to, "another one, for limits.memory");
  });

  test("K10: a container of somebody else is neither changed nor removed without force", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    const { definition } = site.model.container("web");
    site.model.container("web").definition = { ...definition, labels: {} };
    for (const input of [{ image: TWO }, { state: "absent" }] as const) {
      const declared = { kind: containerKind, name: "web", input };
      await checkKindRefusal(declared, "AlreadyExists", site.rig);
    }
    await site.apply({ state: "absent", force: true });
    assert.deepEqual(site.there, []);
  });

  test("B4: the values of the environment and the registry's password are in no label", async () => {
    const site = new Site();
    site.model.accounts.set("me", "s3cret-word");
    const registry = { username: "me", password: "s3cret-word" };
    await site.apply({ image: REMOTE, registry, env: { TOKEN: "s3cret-word" } });
    const { labels, env } = site.model.container("web").definition;
    assert.equal(env["TOKEN"], "s3cret-word");
    assert.ok(!JSON.stringify(labels).includes("s3cret-word"));
    const other = { image: REMOTE, registry, env: { TOKEN: "another" } };
    assert.deepEqual(
      (await site.changes(other)).map(({ path }) => path),
      ["container", "env.TOKEN"],
    );
    assert.deepEqual(
      (await site.changes({ image: REMOTE })).map(({ path }) => path),
      ["container", "env"],
    );
  });

  test("K10: without the engine it is unknown, and its events hint those that they are about", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    const spec = bind({ image: ONE });
    const others = containerKind.bind("other", { image: ONE }, () => assert.fail());
    const hints: number[] = [];
    const sink = { hint: (at: number) => hints.push(at), overflow: () => hints.push(-1) };
    const context = { host: site.rig.host, signal: SIGNAL, log: silentLog };
    await using watch = await containerKind.watch?.([spec, others], context, sink);
    site.model.end("web", 1);
    assert.deepEqual(hints.splice(0), [0]);
    site.model.rename("web", "away");
    assert.deepEqual(hints.splice(0), [0, 1]);
    site.model.goDown();
    assert.equal((await watch?.ended)?.reason, "WatchFailed");
    const fault = await faultOf(Promise.resolve(containerKind.observe(spec, context)));
    assert.equal(fault.reason, "ContainersUnavailable");
  });

  test("operations: a restart starts it afresh, a pull makes drift of a moved tag", async () => {
    const site = new Site();
    await site.apply({ image: ONE });
    const context = writeContext(site.rig);
    await site.clock.advance(5_000);
    const spec = bind({ image: ONE });
    const before = site.model.container("web").startedAtMs;
    await containerKind.operations?.["restart"]?.run(spec, context);
    assert.notEqual(site.model.container("web").startedAtMs, before);
    site.model.registry.set(ONE, image("8"));
    await containerKind.operations?.["pull"]?.run(spec, context);
    assert.equal((await site.changes({ image: ONE }))[0]?.to, "another one, for image");
    const stopped = bind({ image: ONE, state: "stopped" });
    const fault = await faultOf(
      Promise.resolve(containerKind.operations?.["restart"]?.run(stopped, context)),
    );
    assert.equal(fault.reason, "OperationRefused");
  });
});
