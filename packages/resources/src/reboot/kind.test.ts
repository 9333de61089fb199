import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, type OneShots } from "@holdfast/core";
import {
  actionOn,
  createSimulatedHost,
  createSimulatedKernel,
  SystemModel,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import fc from "fast-check";
import { rebootKind } from "./kind.ts";
import type { RebootInput } from "./spec.ts";

const REQUIRED = "/run/reboot-required";

/** The keys of a ledger that may be lost, and whose disk may fail at any write. */
class Keys implements OneShots {
  readonly #keys = new Map<string, "begun" | "done">();
  #isLost = false;
  /** Writes until one fails; the machine has lost its power then. */
  writesLeft = Number.POSITIVE_INFINITY;

  state(key: string): "begun" | "done" | undefined {
    return this.#keys.get(key) ?? (this.#isLost ? "begun" : undefined);
  }

  async begin(key: string): Promise<void> {
    assert.equal(this.#keys.get(key), undefined, `${key} begins again`);
    this.#write(() => this.#keys.set(key, "begun"));
  }

  async done(key: string): Promise<void> {
    this.#write(() => this.#keys.set(key, "done"));
  }

  async forget(key: string): Promise<void> {
    this.#write(() => this.#keys.delete(key));
  }

  /** The ledger is gone, and says so. */
  lose(): void {
    this.#keys.clear();
    this.#isLost = true;
  }

  #write(run: () => void): void {
    if (this.writesLeft === 0) throw ledgerFault();
    this.writesLeft -= 1;
    run();
  }
}

/** A machine with its reboots, and an agent on it. */
class Machine {
  readonly keys = new Keys();
  readonly #kernel = createSimulatedKernel();
  readonly #clock = new VirtualClock();
  #system = new SystemModel();
  /** All that was ever agreed to. */
  agreed = 0;
  sleptMs = 0;

  get system(): SystemModel {
    return this.#system;
  }

  /** The machine goes down and comes up: another boot id, if it has one of its own. */
  boot({ isSameKernel = false } = {}): void {
    if (!isSameKernel) this.#system = this.#system.bootAgain();
    this.keys.writesLeft = Number.POSITIVE_INFINITY;
    if (this.#kernel.inspect.stat(REQUIRED) !== undefined) this.#kernel.tamper.remove(REQUIRED);
  }

  require(): void {
    this.#kernel.tamper.write(REQUIRED, "");
  }

  /** What an agent makes of it: in sync, or the reason of the fault. */
  async reconcile(input: RebootInput = {}, root = "/"): Promise<string> {
    const system = this.#system;
    const { keys: oneShots } = this;
    const host = createSimulatedHost({
      clock: this.#clock,
      kernel: this.#kernel,
      root,
      oneShots,
      system,
    });
    const before = system.rebootRequests.length;
    const context = writeContext({ host, tree: () => [], sleep: (ms) => this.#sleep(ms) });
    try {
      const spec = rebootKind.bind("once", input, () => assert.fail());
      const found = await rebootKind.observe(spec, context);
      assert.ok(found.type === "present");
      const changes = rebootKind.diff(spec, found.value);
      const action = actionOn(rebootKind, { spec, observed: found.value, changes });
      await rebootKind.apply(action, context);
      assert.deepEqual(changes, [], "an apply of a reboot never succeeds");
      return found.value.state;
    } catch (error) {
      if (error instanceof Fault) return error.reason;
      throw error;
    } finally {
      this.agreed += system.rebootRequests.length - before;
    }
  }

  async #sleep(delayMs: number): Promise<void> {
    this.sleptMs += delayMs;
  }
}

/** The events of a machine between two observations by its agent, as plain data. */
type Event = "reconcile" | "boot" | "same-kernel" | "cut-off" | "refuse" | "lose";
const events = fc.array(
  fc.constantFrom<Event>("reconcile", "boot", "same-kernel", "cut-off", "refuse", "lose"),
  { maxLength: 12 },
);

suite("reboot", () => {
  test("K9: whatever happens, it is agreed to once for a digest, and never with a ledger in doubt", async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(6), async (history, writes) => {
        const machine = new Machine();
        let isLost = false;
        for (const event of history) {
          const before = machine.agreed;
          await happen(machine, event, writes);
          isLost ||= event === "lose";
          if (isLost) assert.equal(machine.agreed, before, "asked without a ledger");
          assert.ok(machine.agreed <= 1, "a loop of reboots");
        }
      }),
      { numRuns: 300 },
    );
  });

  test("K9: done is another boot id than the recorded one, and no clock is asked", async () => {
    const machine = new Machine();
    assert.equal(await machine.reconcile(), "RebootPending");
    assert.equal(await machine.reconcile(), "RebootPending");
    machine.boot();
    assert.equal(await machine.reconcile(), "done");
    machine.boot();
    assert.equal(await machine.reconcile(), "done");
    assert.equal(machine.agreed, 1);
    assert.equal(await machine.reconcile({ reason: "another kernel" }), "RebootPending");
    assert.equal(machine.agreed, 2);
  });

  test("K9: a container whose boot keeps the id of its kernel is not booted again and again", async () => {
    const machine = new Machine();
    for (let boots = 0; boots < 5; boots++) {
      assert.equal(await machine.reconcile(), "RebootPending");
      machine.boot({ isSameKernel: true });
    }
    assert.equal(machine.agreed, 1);
  });

  test("K9: cut off before the request it is in doubt until the machine has booted, and is not asked again", async () => {
    for (const writes of [0, 1, 2, 3]) {
      const machine = new Machine();
      machine.keys.writesLeft = writes;
      assert.equal(await machine.reconcile(), "LedgerUnavailable");
      assert.equal(machine.agreed, writes < 2 ? 0 : 1, `after ${writes} writes`);
      machine.boot();
      const later = await machine.reconcile();
      assert.equal(later, writes < 2 ? "RebootPending" : "done", `after ${writes} writes`);
      assert.equal(machine.agreed, 1);
    }
  });

  test("K9: the decision of a person about one in doubt counts", async () => {
    for (const [verdict, then] of [
      ["done", "done"],
      ["forget", "RebootPending"],
    ] as const) {
      const machine = new Machine();
      machine.keys.writesLeft = 2;
      await machine.reconcile();
      machine.keys.writesLeft = Number.POSITIVE_INFINITY;
      const spec = rebootKind.bind("once", {}, () => assert.fail());
      const key = await keyInDoubt(machine, spec);
      await machine.keys[verdict](key);
      assert.equal(await machine.reconcile(), then);
    }
  });

  test("K9: a refusal is known to be one, and it is asked again, but not after another boot", async () => {
    const machine = new Machine();
    machine.system.refusal = refusal();
    assert.equal(await machine.reconcile(), "CommandFailed");
    assert.equal(await machine.reconcile(), "CommandFailed");
    machine.system.refusal = undefined;
    assert.equal(await machine.reconcile(), "RebootPending");
    assert.equal(machine.agreed, 1);
    const booted = new Machine();
    booted.system.refusal = refusal();
    assert.equal(await booted.reconcile(), "CommandFailed");
    booted.boot();
    assert.equal(await booted.reconcile(), "done");
  });

  test("K9: it is required by a path alone while that is there", async () => {
    const machine = new Machine();
    const input = { requiredBy: REQUIRED };
    assert.equal(await machine.reconcile(input), "not-required");
    machine.require();
    assert.equal(await machine.reconcile(input), "RebootPending");
    machine.boot();
    assert.equal(await machine.reconcile(input), "not-required");
    machine.require();
    assert.equal(await machine.reconcile(input), "done");
    assert.equal(machine.agreed, 1);
  });

  test("K9: the delay is waited for before anything is on record, and fits into the timeout", async () => {
    const machine = new Machine();
    assert.equal(await machine.reconcile({ delaySeconds: 60 }), "RebootPending");
    assert.equal(machine.sleptMs, 60_000);
    const spec = rebootKind.bind("once", { delaySeconds: 300 }, () => assert.fail());
    const fields: string[] = [];
    rebootKind.checkMeta?.(spec, {}, (field) => fields.push(field));
    rebootKind.checkMeta?.(spec, { timeoutMs: 400_000 }, () => assert.fail());
    assert.deepEqual(fields, ["delaySeconds"]);
  });

  test("K9: another root is never booted, nor the machine around it", async () => {
    const machine = new Machine();
    assert.equal(await machine.reconcile({}, "/srv/image"), "NothingRuns");
    assert.equal(machine.agreed, 0);
  });
});

async function happen(machine: Machine, event: Event, writes: number): Promise<void> {
  switch (event) {
    case "boot":
      return machine.boot();
    case "same-kernel":
      return machine.boot({ isSameKernel: true });
    case "lose":
      return machine.keys.lose();
    case "cut-off":
      machine.keys.writesLeft = writes;
      await machine.reconcile();
      machine.keys.writesLeft = Number.POSITIVE_INFINITY;
      return;
    case "refuse":
      machine.system.refusal = refusal();
      await machine.reconcile();
      machine.system.refusal = undefined;
      return;
    case "reconcile":
      await machine.reconcile();
  }
}

/** The key that the fault names, as a person reads it. */
async function keyInDoubt(
  { keys, system }: Machine,
  spec: ReturnType<typeof rebootKind.bind>,
): Promise<string> {
  const host = createSimulatedHost({ clock: new VirtualClock(), oneShots: keys, system });
  const context = writeContext({ host, tree: () => [] });
  const thrown: unknown = await Promise.resolve(rebootKind.observe(spec, context)).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault && thrown.reason === "OutcomeUnknown");
  return /resolve '(.+)' --done/.exec(thrown.resolution)?.[1] ?? "";
}

function ledgerFault(): Fault {
  return new Fault({ reason: "LedgerUnavailable", message: "no disk", resolution: "None." });
}

function refusal(): Fault {
  return new Fault({ reason: "CommandFailed", message: "inhibited", resolution: "Wait." });
}
