import assert from "node:assert/strict";
import fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { DEFAULT_POLICY, type PlanOrigin, type PlannedAction, type Policy } from "@holdfast/core";
import { createSimulatedKernel } from "@holdfast/testing";
import {
  approvalEnvelope,
  PrivateKey,
  printEnvelope,
  signEnvelope,
  trustListEnvelope,
} from "@holdfast/trust";
import fc from "fast-check";
import { AgentMachine } from "../undo/testing/agent-machine.ts";
import { UNSTOPPED } from "../undo/testing/agent-parts.ts";
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
} from "../undo/testing/file-history.ts";
import { TRUST_FILE } from "./agent-approvals.ts";

const HOUR_MS = 3_600_000;
const NAMES = ["a", "b"] as const;
type Name = (typeof NAMES)[number];
type Step =
  | { readonly type: "declare"; readonly declared: Declared<Name>; readonly crash: Crash }
  | { readonly type: "apply"; readonly crash: Crash }
  | { readonly type: "tamper"; readonly name: Name }
  /** Whoever approves sees what waits, and signs for all of it or for the first. */
  | { readonly type: "approve"; readonly isAll: boolean; readonly crash: Crash }
  /** An approval that was given before is given again, and a pass follows: which one, in parts of all. */
  | { readonly type: "replay"; readonly part: number }
  | { readonly type: "wait" };

/** Each change of a file waits for one approval. */
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  rules: [{ match: { kinds: new Set(["file"]) }, outcome: { type: "approvals", count: 1 } }],
};

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("declare" as const),
      declared: anyDeclared(NAMES),
      crash: anyCrash(30),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("apply" as const), crash: anyCrash(30) }) },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("tamper" as const), name: fc.constantFrom(...NAMES) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("approve" as const),
      isAll: fc.boolean(),
      crash: anyCrash(30),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("replay" as const),
      part: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("wait" as const) }) },
);

/** So many histories are drawn. */
const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 2_000 : 40;

const anna = PrivateKey.generate("anna");

test("C6, P6: in any history each change has an approval of its own that is used once, whatever is given again, and what is approved is done", async (t) => {
  const root = await trustingRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 6, maxLength: 20 }), async (steps) => {
      const history = new History(root);
      for (const step of steps) await history.take(step);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

/** One action of an approval, as somebody remembers who knows nothing of the agent. */
interface Permit {
  readonly digest: string;
  readonly planned: string;
  readonly expiresMs: number;
  /** Unknown: the machine stopped while the agent may have taken or used it. */
  used: "no" | "yes" | "unknown";
}

class History {
  readonly #machine: AgentMachine;
  readonly #permits: Permit[] = [];
  readonly #envelopes: string[] = [];
  #declared: Declared<Name> = { a: 1, b: 1 };

  /** `root` has the trust list. */
  constructor(root: string) {
    this.#machine = new AgentMachine(furnished(), {}, { policy: POLICY, root });
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case "declare":
        this.#declared = step.declared;
        await this.#apply(step.crash);
        break;
      case "apply":
        await this.#apply(step.crash);
        break;
      case "tamper":
        // Always the same, so that the same action waits again.
        this.#machine.kernel.tamper.write(pathOf(step.name), "by hand\n");
        this.#machine.kernel.sync();
        break;
      case "approve":
        await this.#approve(step.isAll, step.crash);
        break;
      case "replay": {
        const envelope = this.#envelopes[Math.floor(step.part * this.#envelopes.length)];
        if (envelope !== undefined) await this.#machine.approve({ type: "signed", envelope });
        await this.#apply(undefined);
        break;
      }
      case "wait":
        this.#machine.wait(2 * HOUR_MS);
    }
  }

  async #apply(crash: Crash): Promise<void> {
    const manifest = manifestOf(this.#declared);
    const { waiting, origin } = await this.#waiting(manifest);
    const before = contentsOf(this.#machine, NAMES);
    const nowMs = this.#machine.wallMs;
    const isWhole = (await this.#machine.apply(manifest, crash?.stop)) !== undefined;
    if (!isWhole) {
      endBy(this.#machine, crash);
      await this.#machine.apply(manifest);
    }
    for (const { id, digest } of waiting) {
      const name = nameOf(id);
      const permits = this.#permits.filter(
        (one) =>
          one.digest === digest &&
          one.planned === origin.planned &&
          one.expiresMs > nowMs &&
          one.used !== "yes",
      );
      const isChanged = this.#content(name) !== before.get(name);
      assert.ok(!isChanged || permits.length > 0, `${id} was changed, and nobody approved it`);
      const isCertain = isWhole && permits.some(({ used }) => used === "no");
      if (isCertain) assert.equal(this.#content(name), this.#wanted(name), `${id} was approved`);
      const isOnly = permits.length === 1;
      for (const permit of permits)
        permit.used = isChanged && (isOnly || permit.used === "no") ? "yes" : "unknown";
    }
    const ids = new Set(waiting.map(({ id }) => nameOf(id)));
    for (const name of NAMES)
      if (!ids.has(name)) assert.equal(this.#content(name), before.get(name), `${name} waited not`);
  }

  async #approve(isAll: boolean, crash: Crash): Promise<void> {
    const { waiting, origin } = await this.#waiting(manifestOf(this.#declared));
    // Before its first apply a machine has no name that could be signed for.
    if (waiting.length === 0 || origin.lineage === "") return;
    const actions = waiting
      .slice(0, isAll ? waiting.length : 1)
      .map(({ id, verb, digest }) => ({ id, verb, digest }));
    const expiresMs = this.#machine.wallMs + HOUR_MS;
    const unsigned = approvalEnvelope({
      agent: origin.agent,
      lineage: origin.lineage,
      planned: origin.planned,
      actions,
      nonce: String(this.#envelopes.length).padStart(32, "0"),
      notBeforeMs: 0,
      expiresMs,
    });
    const envelope = printEnvelope(await signEnvelope(unsigned, anna, UNSTOPPED));
    this.#envelopes.push(envelope);
    const isTaken = await this.#machine.approve({ type: "signed", envelope }, crash?.stop);
    if (isTaken === undefined) endBy(this.#machine, crash);
    // What was cut off may count or not, and what was refused may be given again.
    const used = isTaken === true ? "no" : "unknown";
    const { planned } = origin;
    for (const { digest } of actions) this.#permits.push({ digest, planned, expiresMs, used });
  }

  async #waiting(manifest: string): Promise<{ waiting: readonly Waiting[]; origin: PlanOrigin }> {
    const { actions, origin } = await this.#machine.plan(manifest);
    assert.ok(origin !== undefined, "a plan says where it is from");
    return { waiting: actions.filter(isWaiting), origin };
  }

  #wanted(name: Name): string | undefined {
    const version = this.#declared[name];
    return version === undefined ? undefined : contentOf(name, version);
  }

  #content(name: Name): string | undefined {
    return this.#machine.kernel.inspect.text(pathOf(name));
  }
}

type Waiting = PlannedAction & { readonly digest: string };

function isWaiting(action: PlannedAction): action is Waiting {
  return action.digest !== undefined;
}

function furnished() {
  const kernel = createSimulatedKernel();
  kernel.tamper.makeDirectory("/app");
  kernel.sync();
  return kernel;
}

function nameOf(id: string): Name {
  const name = NAMES.find((one) => id === `file:${pathOf(one)}`);
  assert.ok(name !== undefined, id);
  return name;
}

/** A directory with a trust list in which Anna may approve everything. */
async function trustingRoot(): Promise<string> {
  // Root reads no list under a directory that others can write.
  const directory = fs.mkdtempSync(join(process.geteuid?.() === 0 ? homedir() : tmpdir(), ".hf-"));
  const owner = PrivateKey.generate("root");
  const role = { verbs: ["*"], kinds: ["*"], names: ["**"], agents: ["*"] };
  const list = trustListEnvelope({
    version: 1,
    roots: { threshold: 1, keys: [owner.public] },
    keys: [{ key: anna.public, roles: [role] }],
    revoked: [],
  });
  const path = join(directory, TRUST_FILE);
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, printEnvelope(await signEnvelope(list, owner, UNSTOPPED)));
  return directory;
}
