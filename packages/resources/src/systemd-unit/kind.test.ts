import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Change, type Fault, KindPorts, silentLog } from "@holdfast/core";
import {
  actionOn,
  type Behaviour,
  createSimulatedHost,
  type SimulatedHost,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import { systemdUnitKind } from "./kind.ts";
import type { SystemdUnitObserved } from "./observe.ts";
import type { SystemdUnitInput, SystemdUnitSpec } from "./spec.ts";

const DIRECTORY = "/etc/systemd/system";
const ENDLESS = "[Service]\nExecStart=/bin/sleep infinity\n";
const signal = new AbortController().signal;
const NO_TREE = { tree: (): readonly string[] => [] };

/** A simulated machine, and what an agent does about unit files on it. */
class UnitRig {
  readonly clock = new VirtualClock();
  readonly host: SimulatedHost;

  constructor(analyze?: Behaviour) {
    const programs = analyze === undefined ? {} : { "systemd-analyze": analyze };
    this.host = createSimulatedHost({ clock: this.clock, programs });
    this.host.kernel.tamper.makeDirectory(DIRECTORY);
  }

  write(path: string, text: string): void {
    this.host.kernel.tamper.write(path, text);
  }

  text(path: string): string | undefined {
    return this.host.kernel.inspect.text(path);
  }

  async changes(spec: SystemdUnitSpec): Promise<readonly Change[]> {
    return systemdUnitKind.diff(spec, await this.observe(spec));
  }

  async apply(...specs: readonly SystemdUnitSpec[]): Promise<readonly (Fault | undefined)[]> {
    const members = [];
    for (const spec of specs) {
      const observed = await this.observe(spec);
      const changes = systemdUnitKind.diff(spec, observed);
      const action = actionOn<SystemdUnitSpec, SystemdUnitObserved>(systemdUnitKind, {
        spec,
        observed,
        changes,
      });
      members.push({ action, context: writeContext({ ...NO_TREE, host: this.host }) });
    }
    return this.clock.finish(systemdUnitKind.batch?.applyMany(members) ?? assert.fail());
  }

  async observe(spec: SystemdUnitSpec): Promise<SystemdUnitObserved | undefined> {
    const host = new KindPorts(this.host).writerFor(systemdUnitKind);
    const context = { host, signal, log: silentLog, snapshot: undefined };
    const found = await this.clock.finish(Promise.resolve(systemdUnitKind.observe(spec, context)));
    return found.type === "present" ? found.value : undefined;
  }
}

function bind(name: string, input: SystemdUnitInput): SystemdUnitSpec {
  return systemdUnitKind.bind(name, input, (path, summary) => assert.fail(`${path}: ${summary}`));
}

function mistakesOf(input: SystemdUnitInput, name = "web"): readonly string[] {
  const mistakes: string[] = [];
  systemdUnitKind.bind(name, input, (path, summary) => mistakes.push(`${path}: ${summary}`));
  return mistakes;
}

suite("systemd-unit", () => {
  test("K4: a unit and its drop-ins have their paths by their names", () => {
    const pathOf = (name: string, input: SystemdUnitInput): string =>
      bind(name, { text: ENDLESS, ...input }).file.path;
    assert.equal(pathOf("web", {}), `${DIRECTORY}/web.service`);
    assert.equal(pathOf("x@.timer", {}), `${DIRECTORY}/x@.timer`);
    const dropIn = `${DIRECTORY}/web.service.d/limits.conf`;
    assert.equal(pathOf("web", { dropIn: "limits" }), dropIn);
    assert.equal(pathOf("other", { unit: "web", dropIn: "limits.conf" }), dropIn);
  });

  test("K4: content that is missing, doubled, empty or unwanted is a mistake", () => {
    assert.deepEqual(mistakesOf({}), [": nothing to write"]);
    assert.deepEqual(mistakesOf({ text: "" }), [": an empty unit"]);
    const both = { text: ENDLESS, sections: { Service: {} } };
    assert.deepEqual(mistakesOf(both), ["sections: two sources of content"]);
    const gone = mistakesOf({ text: ENDLESS, state: "absent" });
    assert.deepEqual(gone, ["text: a value for what should be absent"]);
    assert.deepEqual(mistakesOf({ text: ENDLESS }, "../x"), [": not the name of a unit"]);
  });

  test("K4: many units are written, and systemd reads its files once; a bad one fails alone", async () => {
    const rig = new UnitRig(({ argv }, kernel) => {
      const path = argv.at(-1)?.split(":")[0] ?? "";
      return { exitCode: kernel.inspect.text(path)?.includes("Bad") === true ? 1 : 0 };
    });
    let reloads = 0;
    rig.host.services.systemd.listen(({ member, body }) => {
      if (member === "Reloading" && body[0] === true) reloads += 1;
    });
    const texts = [ENDLESS, `${ENDLESS}Bad=1\n`, ENDLESS];
    const specs = texts.map((text, at) => bind(`many-${at}`, { text }));
    const faults = await rig.apply(...specs);
    const reasons = faults.map((fault) => fault?.reason);
    assert.deepEqual(reasons, [undefined, "ValidationFailed", undefined]);
    assert.equal(reloads, 1);
    assert.equal(rig.text(`${DIRECTORY}/many-1.service`), undefined);
  });

  test("K4: where nobody can verify, a unit is installed all the same", async () => {
    const old: Behaviour = () => ({ exitCode: 1, stderr: "unrecognized option" });
    for (const analyze of [undefined, old]) {
      const rig = new UnitRig(analyze);
      assert.deepEqual(await rig.apply(bind("web", { text: ENDLESS })), [undefined]);
      assert.equal(rig.text(`${DIRECTORY}/web.service`), ENDLESS);
    }
    const no: Behaviour = ({ argv }) => ({ exitCode: argv.includes("--version") ? 0 : 1 });
    const [fault] = await new UnitRig(no).apply(bind("web", { text: ENDLESS }));
    assert.equal(fault?.reason, "ValidationFailed");
    const unasked = bind("web", { text: ENDLESS, verify: false });
    assert.deepEqual(await new UnitRig(no).apply(unasked), [undefined]);
  });

  test("K4: a drop-in of a unit that systemd already has something against is not blamed for that", async () => {
    const no: Behaviour = ({ argv }) => ({ exitCode: argv.includes("--version") ? 0 : 1 });
    const rig = new UnitRig(no);
    rig.write("/usr/local/lib/systemd/system/web.service", `${ENDLESS}Odd=1\n`);
    const spec = bind("web", { dropIn: "more", text: "[Unit]\nDescription=more\n" });
    assert.deepEqual(await rig.apply(spec), [undefined]);
    assert.deepEqual(rig.host.kernel.inspect.list(DIRECTORY), ["web.service.d"]);
  });

  test("K4: files that systemd has not read again are drift, which a crash before that leaves", async () => {
    const rig = new UnitRig();
    const spec = bind("web", { text: ENDLESS });
    await rig.apply(spec);
    rig.host.services.systemd.doAtOnce("start", "web.service");
    const edited = bind("web", { text: `${ENDLESS}# more\n` });
    rig.write(edited.file.path, edited.text);
    const changes = await rig.changes(edited);
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["loaded"],
    );
    await rig.apply(edited);
    assert.deepEqual(await rig.changes(edited), []);
  });

  test("K4: a unit that goes is stopped and disabled; one of a package counts again and goes on", async () => {
    const text = `${ENDLESS}[Install]\nWantedBy=a.target\n`;
    for (const isPackaged of [false, true]) {
      const rig = new UnitRig();
      const { systemd } = rig.host.services;
      if (isPackaged) rig.write("/usr/lib/systemd/system/web.service", text);
      const spec = bind("web", { text });
      await rig.apply(spec);
      await rig.clock.finish(rig.host.services.enable(["web.service"], signal));
      systemd.doAtOnce("start", "web.service");
      const absent = systemdUnitKind.absent?.(spec) ?? assert.fail();
      assert.deepEqual(await rig.apply(absent), [undefined]);
      assert.deepEqual(await rig.changes(absent), []);
      const active = isPackaged ? [["web.service", "active"]] : [];
      assert.deepEqual(systemd.activeUnits(), active);
      const left = rig.host.kernel.inspect.list(DIRECTORY);
      assert.deepEqual(left, isPackaged ? ["a.target.wants"] : []);
    }
  });

  test("G3: a service comes after its unit, and a drop-in of another name after the unit, by what they own and need", () => {
    const whole = bind("web", { text: `${ENDLESS}User=app\n` });
    const dropIn = bind("limits", { unit: "web", dropIn: "limits", text: "[Unit]\n" });
    assert.deepEqual(systemdUnitKind.owns?.(whole), [
      { thing: `path:${DIRECTORY}/web.service`, isWhole: true },
      { thing: "unit:web.service", isWhole: false },
    ]);
    assert.ok(systemdUnitKind.uses?.(dropIn).includes(`path:${DIRECTORY}/web.service`));
    assert.ok(systemdUnitKind.needs?.(whole).includes("user:app"));
  });
});
