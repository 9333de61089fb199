import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chooseChanges,
  type Hold,
  type ResourceId,
  resourceId,
  type UndoSelector,
} from "@holdfast/core";
import { createSimulatedKernel } from "@holdfast/testing";
import fc from "fast-check";
import { AgentMachine } from "./testing/agent-machine.ts";
import { UNSTOPPED } from "./testing/agent-parts.ts";
import {
  anyCrash,
  anyDeclared,
  contentOf,
  contentsOf,
  type Crash,
  type Declared,
  endBy,
  manifestOf,
  pathOf,
} from "./testing/file-history.ts";

/** The first two were there before the agent. */
const NAMES = ["a", "b", "c", "d"] as const;
const FOUND: ReadonlySet<string> = new Set(["a", "b"]);
type Name = (typeof NAMES)[number];

type Step =
  | { readonly type: "declare"; readonly declared: Declared<Name>; readonly crash: Crash }
  | { readonly type: "apply"; readonly crash: Crash }
  | { readonly type: "tamper"; readonly name: Name; readonly how: "write" | "remove" }
  | {
      readonly type: "undo";
      readonly which: "last" | "all" | "op";
      readonly crash: Crash;
      /** Whom somebody changes between the crash and the next start. */
      readonly meanwhile: Name | undefined;
    }
  | { readonly type: "resume"; readonly name: Name };

const anyName = fc.constantFrom(...NAMES);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("declare" as const),
      declared: anyDeclared(NAMES),
      crash: anyCrash(40),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("apply" as const), crash: anyCrash(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("tamper" as const),
      name: anyName,
      how: fc.constantFrom("write" as const, "write" as const, "remove" as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("undo" as const),
      which: fc.constantFrom("last" as const, "last" as const, "all" as const, "op" as const),
      crash: anyCrash(40),
      meanwhile: fc.option(anyName, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("resume" as const), name: anyName }) },
);

/** So many histories are drawn. */
const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 2_000 : 40;

test("promise 9, F5: in any history what was undone is as it was before and stays so until somebody says otherwise, nothing of others is lost, and every undo that began ends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 2, maxLength: 9 }), async (steps) => {
      const history = new History();
      for (const step of steps) await history.take(step);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

/** A machine, and what somebody remembers of it who knows nothing of the agent. */
class History {
  readonly #machine = new AgentMachine(furnished(), {});
  #declared: Declared<Name> = {};
  /** What each change found, by its name. */
  readonly #found = new Map<string, string | undefined>();
  /** What is to stay as it is: an undo that was acknowledged said so. */
  readonly #held = new Map<Name, string | undefined>();
  /** Whom somebody else changed since the agent last changed or observed it. */
  readonly #tampered = new Set<Name>();
  /** Files that somebody removed: what the agent makes there is its own. */
  readonly #removed = new Set<Name>();
  #writes = 0;

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case "declare":
        if (manifestOf(step.declared) !== manifestOf(this.#declared)) this.#held.clear();
        this.#declared = step.declared;
        await this.#apply(step.crash);
        break;
      case "apply":
        await this.#apply(step.crash);
        break;
      case "tamper":
        this.#tamper(step.name, step.how);
        break;
      case "undo":
        await this.#undo(step);
        break;
      case "resume":
        await this.#resume(step.name);
    }
    for (const name of FOUND_NAMES) {
      const isLost = this.#content(name) === undefined && !this.#removed.has(name);
      assert.ok(!isLost, `${name} was there before the agent, and is gone`);
    }
  }

  async #apply(crash: Crash): Promise<void> {
    const before = contentsOf(this.#machine, NAMES);
    const manifest = manifestOf(this.#declared);
    if ((await this.#machine.apply(manifest, crash?.stop)) === undefined) {
      endBy(this.#machine, crash);
      await this.#machine.apply(manifest);
    }
    await this.#learn(before);
    // What left the declaration the agent takes away, tampered with or not, and an undo gives it back as it found it.
    for (const name of NAMES)
      if (this.#content(name) !== before.get(name)) this.#tampered.delete(name);
    for (const [name, content] of this.#held)
      assert.equal(this.#content(name), content, `${name} was undone, and is done again`);
    for (const [name, version] of Object.entries(this.#declared)) {
      if (!isName(name) || this.#held.has(name)) continue;
      assert.equal(this.#content(name), contentOf(name, version), `${name} is not as declared`);
      this.#tampered.delete(name);
    }
  }

  async #undo({ which, crash, meanwhile }: Step & { readonly type: "undo" }): Promise<void> {
    const selector = await this.#selector(which);
    if (selector === undefined) return;
    const before = contentsOf(this.#machine, NAMES);
    const manifest = manifestOf(this.#declared);
    const chosen = await this.#chosen(selector);
    const asked = { selector, isPartial: true };
    const undone = await this.#machine.undo(manifest, asked, crash?.stop).catch(() => []);
    if (undone === undefined) {
      endBy(this.#machine, crash);
      await this.#changeMeanwhile(meanwhile);
      return await this.#endedBy(manifest, chosen);
    }
    for (const { id, status } of undone) {
      const name = nameOf(id);
      const op = chosen.get(id);
      if (status !== "ok" && status !== "changed") continue;
      assert.ok(op !== undefined, `${id} was not meant`);
      assert.equal(this.#content(name), this.#found.get(op), `${id} is not as before ${op}`);
      if (this.#declared[name] !== undefined) this.#held.set(name, this.#content(name));
    }
    for (const name of this.#tampered)
      assert.equal(this.#content(name), before.get(name), `${name} was changed by somebody since`);
  }

  /** Somebody changes a file while the agent is down. */
  async #changeMeanwhile(name: Name | undefined): Promise<void> {
    if (name === undefined) return;
    const { ledger } = await this.#machine.records();
    this.#tamper(name, "write");
    if (!ledger.inFlight().some(({ id }) => id === idOf(name))) return;
    // The agent was at work on it: how that is counts as its doing.
    this.#removed.add(name);
    this.#tampered.delete(name);
  }

  /**
   * The next start ends what was begun: each is as it was before the undo or before the change, and held in that case. What
   * somebody changed meanwhile stays.
   */
  async #endedBy(manifest: string, chosen: ReadonlyMap<ResourceId, string>): Promise<void> {
    const before = contentsOf(this.#machine, NAMES);
    await this.#machine.apply(manifest);
    const { ledger } = await this.#machine.records();
    const holds = new Map<ResourceId, Hold>(ledger.allHolds());
    for (const [id, { isPending }] of holds) assert.ok(isPending !== true, `${id} is pending`);
    for (const [id, op] of chosen) {
      const name = nameOf(id);
      const isHeld = holds.get(id)?.op === op;
      const expected = this.#tampered.has(name) ? before.get(name) : this.#found.get(op);
      if (isHeld) assert.equal(this.#content(name), expected, `${id}: before ${op}`);
      if (isHeld && this.#declared[name] !== undefined) this.#held.set(name, this.#content(name));
    }
    await this.#learn(before);
    for (const name of NAMES) if (!this.#held.has(name)) this.#tampered.delete(name);
  }

  async #resume(name: Name): Promise<void> {
    const { ledger } = await this.#machine.records();
    await ledger.putHold(idOf(name), undefined, UNSTOPPED);
    this.#held.delete(name);
  }

  #tamper(name: Name, how: "write" | "remove"): void {
    const { kernel } = this.#machine;
    if (how === "remove" && this.#content(name) === undefined) return;
    this.#writes += 1;
    const isNew = this.#content(name) === undefined;
    if (how === "remove") kernel.tamper.remove(pathOf(name));
    else kernel.tamper.write(pathOf(name), `by hand ${this.#writes}\n`);
    kernel.sync();
    if (how === "remove") this.#removed.add(name);
    else if (isNew) this.#removed.delete(name);
    this.#tampered.add(name);
    if (this.#held.has(name)) this.#held.set(name, this.#content(name));
  }

  /** Changes that are new were made on what was there before. */
  async #learn(before: ReadonlyMap<Name, string | undefined>): Promise<void> {
    const { ledger } = await this.#machine.records();
    for (const [id, changes] of ledger.allChanges())
      for (const { op } of changes)
        if (!this.#found.has(op)) this.#found.set(op, before.get(nameOf(id)));
  }

  async #selector(which: "last" | "all" | "op"): Promise<UndoSelector | undefined> {
    if (which === "all") return { type: "since", atMs: 0 };
    if (which === "last") return { type: "last" };
    const { ledger } = await this.#machine.records();
    const newest = [...ledger.allChanges()].flatMap(([, changes]) => changes.at(-1) ?? []);
    return newest[0] && { type: "op", op: newest[0].op };
  }

  /** The first change of each resource that is meant. */
  async #chosen(selector: UndoSelector): Promise<ReadonlyMap<ResourceId, string>> {
    const { ledger } = await this.#machine.records();
    const { chosen } = chooseChanges(ledger, selector);
    return new Map(chosen.map(({ id, change }) => [id, change.op]));
  }

  #content(name: Name): string | undefined {
    return this.#machine.kernel.inspect.text(pathOf(name));
  }
}

const FOUND_NAMES = NAMES.filter((name) => FOUND.has(name));

function furnished() {
  const kernel = createSimulatedKernel();
  kernel.tamper.makeDirectory("/app");
  for (const name of FOUND_NAMES) kernel.tamper.write(pathOf(name), `${name} was there\n`);
  kernel.sync();
  return kernel;
}

function idOf(name: Name): ResourceId {
  return resourceId("file", pathOf(name));
}

function nameOf(id: ResourceId): Name {
  const name = id.slice("file:/app/".length);
  assert.ok(isName(name));
  return name;
}

function isName(name: string): name is Name {
  return NAMES.some((one) => one === name);
}
