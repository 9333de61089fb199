import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Change, type Fault, KindPorts, silentLog } from "@holdfast/core";
import {
  actionOn,
  createSimulatedHost,
  type SimulatedHost,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import { serviceKind } from "./kind.ts";
import type { ServiceObserved } from "./observe.ts";
import type { ServiceInput, ServiceSpec } from "./spec.ts";

const DIRECTORY = "/usr/local/lib/systemd/system";
const ENDLESS = "[Service]\nExecStart=/bin/sleep infinity\n";
const signal = new AbortController().signal;

/** A simulated machine with one unit, and what an agent does about a resource of it. */
class ServiceRig {
  readonly clock = new VirtualClock();
  readonly host: SimulatedHost = createSimulatedHost({ clock: this.clock });
  readonly #input: ServiceInput;
  readonly #unit: string;

  constructor(input: ServiceInput, text?: string, unit = "web.service") {
    this.#input = input;
    this.#unit = unit;
    if (text !== undefined) this.write(text);
  }

  write(text: string): void {
    this.host.kernel.tamper.write(`${DIRECTORY}/${this.#unit}`, text);
  }

  get spec(): ServiceSpec {
    return serviceKind.bind(this.#unit, this.#input, (_path, summary) => assert.fail(summary));
  }

  get active(): string | undefined {
    return this.host.services.systemd.unit(this.#unit)?.active;
  }

  get pid(): number | undefined {
    return this.host.services.systemd.unit(this.#unit)?.mainPid;
  }

  async changes(): Promise<readonly Change[]> {
    return (await this.#observe()).changes;
  }

  async apply(): Promise<void> {
    const { observed, changes } = await this.#observe();
    const action = actionOn(serviceKind, { spec: this.spec, observed, changes });
    await this.clock.finish(
      serviceKind.apply(action, writeContext({ ...NO_TREE, host: this.host })),
    );
  }

  async refresh(): Promise<void> {
    const work = serviceKind.refresh?.(this.spec, writeContext({ ...NO_TREE, host: this.host }));
    await this.clock.finish(work ?? assert.fail());
  }

  async operate(name: string): Promise<void> {
    const context = writeContext({ ...NO_TREE, host: this.host });
    const work = serviceKind.operations?.[name]?.run(this.spec, context);
    await this.clock.finish(work ?? assert.fail());
  }

  async #observe() {
    const host = new KindPorts(this.host).writerFor(serviceKind);
    const context = { host, signal, log: silentLog, snapshot: undefined };
    const found = await this.clock.finish(Promise.resolve(serviceKind.observe(this.spec, context)));
    const observed = found.type === "present" ? found.value : undefined;
    return { observed, changes: serviceKind.diff(this.spec, observed) };
  }
}

const NO_TREE = { tree: (): readonly string[] => [] };

const faultOf = (work: Promise<void>): Promise<Fault> =>
  work.then(
    () => assert.fail("it is refused"),
    (error: Fault) => error,
  );

function mistakesOf(name: string, input: ServiceInput): readonly string[] {
  const mistakes: string[] = [];
  serviceKind.bind(name, input, (path, summary) => mistakes.push(`${path}: ${summary}`));
  return mistakes;
}

suite("service", () => {
  test("K4: a name is a unit's; without a suffix it is a service's", () => {
    const unitOf = (name: string): string => serviceKind.bind(name, {}, () => {}).unit;
    assert.equal(unitOf("nginx"), "nginx.service");
    assert.equal(unitOf("php8.2-fpm"), "php8.2-fpm.service");
    assert.equal(unitOf("backup@db.timer"), "backup@db.timer");
    assert.equal(unitOf("x@1"), "x@1.service");
  });

  test("K4: a name of no single unit that is started, or a contradiction, is a mistake", () => {
    const name = ": not the name of a unit";
    for (const wrong of ["", "../x", "a b", "é", "x@y@z/"]) {
      assert.deepEqual(mistakesOf(wrong, {}), [name], wrong);
    }
    assert.deepEqual(mistakesOf("getty@", {}), [": a template does not run"]);
    assert.deepEqual(mistakesOf("user.slice", {}), [": not a unit that is started"]);
    const both = { state: "running", enabled: true, masked: true } as const;
    const masked = ["masked: masked and running", "masked: masked and enabled"];
    assert.deepEqual(mistakesOf("x", both), masked);
    const absent = mistakesOf("x", { state: "absent", masked: false });
    assert.deepEqual(absent, ["state: absent together with enabled or masked"]);
  });

  test("K4: an undeclared field is not managed", async () => {
    const rig = new ServiceRig({}, `${ENDLESS}[Install]\nWantedBy=a.target\n`);
    assert.deepEqual(await rig.changes(), []);
    const { systemd } = rig.host.services;
    systemd.doAtOnce("start", "web.service");
    assert.deepEqual(await rig.changes(), []);
  });

  test("K4: a unit that is not there is planned as not found, and is as good as stopped and disabled", async () => {
    const wanted = await new ServiceRig({ state: "running", enabled: true }).changes();
    assert.deepEqual(
      wanted.map(({ from }) => from),
      ["not found", "not found"],
    );
    assert.deepEqual(await new ServiceRig({ state: "stopped", enabled: false }).changes(), []);
    assert.deepEqual(await new ServiceRig({ state: "absent" }).changes(), []);
  });

  test("K4: a unit that becomes ready late is waited for", async () => {
    const rig = new ServiceRig(
      { state: "running" },
      "[Service]\nType=notify\nExecStart=/bin/late\n",
    );
    rig.host.services.systemd.programs.set("/bin/late", { readyMs: 60_000 });
    await rig.apply();
    assert.equal(rig.active, "active");
    assert.ok(rig.clock.monotonicMs() >= 60_000);
  });

  test("K4: a unit that systemd restarts by itself is waited for, and is one change meanwhile", async () => {
    const text = `${ENDLESS}Restart=always\nRestartSec=30s\n`;
    const rig = new ServiceRig({ state: "running" }, text);
    await rig.apply();
    rig.host.services.systemd.kill("web.service");
    const [change] = await rig.changes();
    assert.equal(change?.from, "activating (auto-restart)");
    await rig.apply();
    assert.equal(rig.active, "active");
  });

  test("K4: a start that fails says the last lines that the unit has logged", async () => {
    const text = "[Service]\nExecStart=/bin/sh -c 'echo no config; exit 3'\n";
    const { reason, message } = await faultOf(new ServiceRig({ state: "running" }, text).apply());
    assert.equal(reason, "UnitFailed");
    assert.match(message, /exit code 3.*no config/s);
  });

  test("K4: a unit that ends by itself, or is held back by a condition, is not started again and again", async () => {
    const once = "[Service]\nType=oneshot\nExecStart=/bin/true\n";
    const held = `[Unit]\nConditionPathExists=/srv/go\n${ENDLESS}`;
    for (const text of [once, held]) {
      const fault = await faultOf(new ServiceRig({ state: "running" }, text).apply());
      assert.deepEqual([fault.reason, fault.retry], ["UnitFailed", "never"]);
      assert.match(fault.message, /ended, or a condition/);
    }
    const kept = new ServiceRig({ state: "running" }, `${once}RemainAfterExit=yes\n`);
    await kept.apply();
    assert.deepEqual(await kept.changes(), []);
  });

  test("K4: a unit that another stops right after its start is a failure that is tried again", async () => {
    const rig = new ServiceRig({ state: "running" }, ENDLESS);
    rig.clock.schedule(100, () => rig.host.services.systemd.begin("stop", "web.service"));
    const { reason, message, retry } = await faultOf(rig.apply());
    assert.deepEqual([reason, retry], ["UnitFailed", "backoff"]);
    assert.match(message, /another job stopped it/);
    await rig.apply();
    assert.deepEqual(await rig.changes(), []);
  });

  test("K4: a unit is started by the file that is on the disk now", async () => {
    const rig = new ServiceRig({ state: "running" }, ENDLESS);
    await rig.apply();
    rig.host.services.systemd.kill("web.service");
    rig.write("[Service]\nExecStart=/bin/sleep 1000\n");
    await rig.apply();
    assert.deepEqual(rig.host.services.systemd.unit("web.service")?.definition.argv, [
      "/bin/sleep",
      "1000",
    ]);
  });

  test("K4: masked and enabled by hand, it is unmasked, disabled and started in one go", async () => {
    const input = { state: "running", enabled: false, masked: false } as const;
    const rig = new ServiceRig(input, `${ENDLESS}[Install]\nWantedBy=a.target\n`);
    const { services } = rig.host;
    await rig.clock.finish(services.enable(["web.service"], signal));
    await rig.clock.finish(services.mask(["web.service"], signal));
    await rig.apply();
    assert.deepEqual(await rig.changes(), []);
  });

  test("K4: a unit that another stops while its mask is taken away is started in the same attempt", async () => {
    const rig = new ServiceRig({ state: "running", masked: false }, ENDLESS);
    await rig.apply();
    const { services } = rig.host;
    await rig.clock.finish(services.mask(["web.service"], signal));
    const changes = await rig.changes();
    services.systemd.doAtOnce("stop", "web.service");
    const action = actionOn<ServiceSpec, ServiceObserved>(serviceKind, {
      spec: rig.spec,
      observed: undefined,
      changes,
    });
    const context = writeContext({ ...NO_TREE, host: rig.host });
    await rig.clock.finish(serviceKind.apply(action, context));
    assert.deepEqual(await rig.changes(), []);
  });

  test("K4: a link until the next boot is no link for good, and a notification repeats nothing of that", async () => {
    const rig = new ServiceRig({ enabled: true }, `${ENDLESS}[Install]\nWantedBy=a.target\n`);
    const link = "/run/systemd/system/a.target.wants/web.service";
    rig.host.kernel.tamper.symlink(link, `${DIRECTORY}/web.service`);
    const [change] = await rig.changes();
    assert.equal(change?.from, "enabled until the next boot");
    await rig.apply();
    assert.deepEqual(await rig.changes(), []);
  });

  test("K4: a notification restarts what runs, reloads where that is declared, and starts what should run", async () => {
    const reloading = new ServiceRig(
      { state: "running", onRefresh: "reload" },
      `${ENDLESS}ExecReload=/bin/true\n`,
    );
    await reloading.apply();
    const first = reloading.pid;
    await reloading.refresh();
    assert.equal(reloading.pid, first);
    const restarting = new ServiceRig({ state: "running" }, ENDLESS);
    await restarting.refresh();
    const started = restarting.pid;
    await restarting.refresh();
    assert.notEqual(restarting.pid, started);
    assert.equal(restarting.active, "active");
  });

  test("K4: a notification leaves alone what is stopped", async () => {
    for (const input of [{ state: "stopped" }, { state: "absent" }, {}] as const) {
      const rig = new ServiceRig(input, ENDLESS);
      await rig.refresh();
      assert.equal(rig.active, "inactive");
    }
    const running = new ServiceRig({ state: "stopped" }, ENDLESS);
    running.host.services.systemd.doAtOnce("start", "web.service");
    const before = running.pid;
    await running.refresh();
    assert.equal(running.pid, before);
  });

  test("K4: two hundred services are one observation", async () => {
    const { host, clock } = new ServiceRig({});
    const specs = Array.from({ length: 200 }, (_, at) =>
      serviceKind.bind(`many-${at}`, { state: "running" }, () => {}),
    );
    for (const { unit } of specs) host.kernel.tamper.write(`${DIRECTORY}/${unit}`, ENDLESS);
    const context = { host, signal, log: silentLog };
    const snapshot = await clock.finish(serviceKind.snapshot?.(specs, context) ?? assert.fail());
    const { calls } = host.services.connection();
    for (const spec of specs) {
      const found = serviceKind.observe(spec, { ...context, snapshot });
      assert.ok(!(found instanceof Promise) && found.type === "present");
    }
    assert.equal(host.services.connection().calls, calls);
  });

  test("a restart is another process, also of what was stopped; a reload is not", async () => {
    const rig = new ServiceRig({ state: "running" }, `${ENDLESS}ExecReload=/bin/true\n`);
    await rig.operate("restart");
    const { pid } = rig;
    assert.equal(rig.active, "active");
    await rig.operate("reload");
    assert.equal(rig.pid, pid);
    await rig.operate("restart");
    assert.notEqual(rig.pid, pid);
    assert.deepEqual(await rig.changes(), []);
  });

  test("what is declared stopped is not restarted, and what is not there cannot be", async () => {
    for (const input of [{ state: "stopped" }, { state: "absent" }] as const) {
      const rig = new ServiceRig(input, ENDLESS);
      assert.equal((await faultOf(rig.operate("restart"))).reason, "OperationRefused");
      assert.equal(rig.active, "inactive");
    }
    const missing = new ServiceRig({ state: "running" });
    assert.equal((await faultOf(missing.operate("restart"))).reason, "UnitNotFound");
  });
});
