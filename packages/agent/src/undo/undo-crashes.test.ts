import assert from "node:assert/strict";
import { test } from "node:test";
import type { Result } from "@holdfast/core";
import { createSimulatedKernel } from "@holdfast/testing";
import { neededPreimages } from "./needed-preimages.ts";
import { AgentMachine, type Stop } from "./testing/agent-machine.ts";

const HEAD = `
apiVersion: holdfast/v1
kind: Manifest
metadata: { name: crash }
prune: true
resources:
`;
const STAYING = `
  - { kind: file, name: /app/main, spec: { mode: "0640", content: "main\\n" } }
  - { kind: file, name: /app/gone, spec: { state: absent } }
  - { kind: link, name: /app/current, spec: { target: conf } }
  - { kind: package, name: tool }
  - kind: exec
    name: migrate
    spec: { command: [migrate], idempotencyKey: "migrate-1" }
    meta: { dependsOn: ["file:/app/main"] }
`;
const FIRST = `${HEAD}${STAYING}
  - { kind: line, name: port, spec: { path: /etc/service, line: "port 80", match: "^port " } }
  - { kind: directory, name: /app/conf, spec: { mode: "0750" } }
  - { kind: file, name: /app/conf/one, spec: { content: "one\\n", mode: "4755" } }
`;
/** It drops the tree, and changes what stays. */
const SECOND = `${HEAD}${STAYING.replace("main\\n", "another main\\n")}
  - { kind: line, name: port, spec: { path: /etc/service, line: "port 90", match: "^port " } }
`;
const OLD = Uint8Array.from([0xff, 0, 1, 10]);

/** Every how many points are tried; all of them in the long tier. */
const STRIDE = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 1 : 11;

for (const [how, end] of [
  ["killed", (machine: AgentMachine) => machine.kill()],
  ["cut off, with everything unsynced lost,", (machine: AgentMachine) => machine.losePower()],
] as const) {
  test(`promise 9, K1: ${how} at any call of apply, removal and undo it converges or says OutcomeUnknown, runs nothing twice, and all of it can be undone`, async (t) => {
    let points = 0;
    for (const stage of [0, 1, 2])
      for (const at of ["files", "records"] as const)
        for (let call = 1; await survives({ stage, stop: { at, call }, end }); call += STRIDE)
          points += 1;
    t.diagnostic(`${points} points`);
    assert.ok(points * STRIDE > 150, `${points} points are too few`);
  });
}

interface Crash {
  /** During the first apply, the second, or the undo of that. */
  readonly stage: number;
  readonly stop: Stop;
  readonly end: (machine: AgentMachine) => void;
}

/** False when the stage is over before the stop. */
async function survives({ stage, stop, end }: Crash): Promise<boolean> {
  const scene = sceneBefore();
  const { machine, found } = scene;
  const expected = await undisturbed();
  for (const [number, perform] of STAGES.entries()) {
    if (number === stage) {
      if ((await perform(scene, stop)) !== undefined) return false;
      end(machine);
      // Whoever comes then ends what was begun, and the stage is asked for again.
      await settled(machine.apply(number === 0 ? FIRST : SECOND));
      await assertNothingOpen(machine);
    }
    await settled(perform(scene));
    const isDroppedInDoubt = stage === 0 && number === 1;
    const seen = machine.kernel.inspect.tree();
    const shown = isDroppedInDoubt ? withoutDropped : (tree: readonly string[]) => tree;
    assert.deepEqual(shown(seen), shown(expected[number] ?? []), `after stage ${number}`);
    assert.equal(machine.packages.installed.size, 1, "the package is there");
  }
  assert.ok(scene.migrations <= 1, "the one-shot ran twice");
  await assertNothingOpen(machine);
  await undoAll(machine, 0);
  assert.deepEqual(asFound(machine), found, "all of it was undone, and is as it was found");
  await settled(machine.apply(SECOND));
  assert.deepEqual(asFound(machine), found, "it is held");
  return true;
}

/** Two manifests, one after the other, and the undo of the second. */
const STAGES: readonly ((scene: Scene, stop?: Stop) => Promise<Answer>)[] = [
  ({ machine }, stop) => machine.apply(FIRST, stop),
  async (scene, stop) => {
    scene.secondAtMs ??= scene.machine.wallMs;
    return await scene.machine.apply(SECOND, stop);
  },
  ({ machine, secondAtMs = 0 }, stop) => undoAll(machine, secondAtMs, stop),
];

type Answer = readonly Result[] | undefined;

/** Undoes what was changed since; nothing, where an undo that was cut off has ended meanwhile. */
async function undoAll(machine: AgentMachine, atMs: number, stop?: Stop): Promise<Answer> {
  const { ledger } = await machine.records();
  const changes = [...ledger.allChanges()].flatMap(([, some]) => some);
  if (!changes.some((change) => change.atMs >= atMs)) return [];
  const asked = { selector: { type: "since", atMs }, isPartial: true } as const;
  return await machine.undo(SECOND, asked, stop);
}

/** Everything is as declared, held, or cannot be given back; or it is the one-shot of which nobody knows. */
async function settled(work: Promise<Answer>): Promise<void> {
  const results = await work;
  assert.ok(results !== undefined, "it has power to the end");
  for (const { id, status, fault } of results) {
    const isInDoubt = id === "exec:migrate" && fault?.reason === "OutcomeUnknown";
    assert.ok(status !== "failed" || isInDoubt, `${id} is ${status}: ${fault?.message}`);
  }
}

async function assertNothingOpen(machine: AgentMachine): Promise<void> {
  const { ledger, preimages } = await machine.records();
  const open = ledger.inFlight().filter(({ id }) => id !== "exec:migrate");
  assert.deepEqual(open, [], "no attempt is left open");
  const pending = [...ledger.allHolds()].filter(([, { isPending }]) => isPending === true);
  assert.deepEqual(pending, [], "no undo is left pending");
  for (const key of neededPreimages(ledger)) assert.ok(await preimages.has(key), "it was kept");
}

/** A machine that holds something else than declared, and what somebody sees of it. */
interface Scene {
  readonly machine: AgentMachine;
  readonly found: ReturnType<typeof asFound>;
  /** How often the one-shot ran. */
  migrations: number;
  /** When the second manifest came. */
  secondAtMs?: number;
}

function sceneBefore(): Scene {
  const kernel = createSimulatedKernel();
  kernel.tamper.write("/app/main", OLD, { mode: 0o604 });
  kernel.tamper.write("/app/gone", "theirs\n");
  kernel.tamper.write("/etc/service", "name x\nport 8080\n");
  kernel.sync();
  const migrate = () => {
    scene.migrations += 1;
    return {};
  };
  const machine = new AgentMachine(kernel, { migrate });
  machine.packages.lists = [{ name: "tool", version: "1.0" }];
  const scene: Scene = { machine, found: asFound(machine), migrations: 0 };
  return scene;
}

/**
 * With the time of what is given back whole, and without what was dropped and given back: that counts as somebody's, and is
 * never removed.
 */
function asFound({ kernel: { inspect }, packages }: AgentMachine) {
  const times = ["/app/main", "/app/gone"].map((path) => inspect.modifiedNs(path));
  return { tree: withoutDropped(inspect.tree()), times, packages: [...packages.installed.keys()] };
}

/** Who was killed while something was made does not know that it made it: it is never removed. */
function withoutDropped(tree: readonly string[]): readonly string[] {
  return tree.filter((line) => !line.startsWith("/app/conf"));
}

let trees: readonly (readonly string[])[] | undefined;

/** What is there after each stage when nothing happens. */
async function undisturbed(): Promise<readonly (readonly string[])[]> {
  if (trees !== undefined) return trees;
  const scene = sceneBefore();
  const found: (readonly string[])[] = [];
  for (const perform of STAGES) {
    await settled(perform(scene));
    found.push(scene.machine.kernel.inspect.tree());
  }
  assert.deepEqual(found[2], found[0], "the undo of the second leaves what the first made");
  trees = found;
  return found;
}
