import { createSimulatedHost, seededRandom } from "@holdfast/testing";
import { Chronicle } from "../invariants/chronicle.ts";
import type { Invariant } from "../invariants/invariant.ts";
import { FOUND } from "../invariants/removals.ts";
import { INVARIANTS } from "../invariants/invariants.ts";
import type { Fact } from "../machine/fact.ts";
import { TAMPERED } from "../machine/contents.ts";
import { makeGates } from "../machine/gates.ts";
import { Props } from "../machine/props.ts";
import { World } from "../machine/world.ts";
import { Draw } from "./draw.ts";
import { drawManifest } from "./draw-manifest.ts";
import { openGates, perform, relieve } from "./perform.ts";
import type { Step } from "./step.ts";
import type { Actor } from "./tamper.ts";
import { Story } from "./story.ts";

/** A run to be played: everything in it follows from the seed and the steps. */
export interface History {
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** A promise that did not hold. */
export interface Breach {
  /** The name of the invariant. */
  readonly invariant: string;
  /** What it proves: promises and ids. */
  readonly proves: string;
  readonly detail: string;
  /** Steps that were played before it showed. */
  readonly afterSteps: number;
}

/** How a history ended. */
export interface Played {
  /** `undefined` when everything held. */
  readonly breach: Breach | undefined;
  /** What happened, a line each; empty unless it was asked for. */
  readonly story: readonly string[];
}

/** All trouble has ended; within this much virtual time everything must be as declared. */
const CALM_MS = 15 * 60_000;
/** Longer than any stop takes. */
const STOP_MS = 40_000;
/** A pass in which everything is in order and every service answers: a window for each that waits for another to be ready. */
const PASS_MS = 20_000;
/** What was refused for good, or waits for its turn at the cap, after a person asked for it. */
const ASKED_MS = 60_000;

/** Plays a history from beginning to end, or to the first promise that is broken. */
export async function play(history: History, tells = false): Promise<Played> {
  const draw = new Draw(seededRandom(history.seed));
  const story = tells ? new Story() : undefined;
  const judged = judge(history, story, draw.chance(0.06) ? "detect" : "enforce");
  const { world } = judged;
  await world.declare(drawManifest(draw));
  await world.boot();
  let afterSteps = 0;
  for (const step of history.steps) {
    const words = await perform(judged, step);
    story?.step(world, words);
    await pass(world, step.thenMs);
    afterSteps += 1;
    judged.check();
    if (judged.breach !== undefined) break;
  }
  if (judged.breach === undefined) await conclude(judged, story);
  const breach = judged.breach === undefined ? undefined : { ...judged.breach, afterSteps };
  return { breach, story: story?.lines ?? [] };
}

/** A world under the eyes of every invariant. */
interface Judged extends Actor {
  breach: Omit<Breach, "afterSteps"> | undefined;
  check(): void;
  conclude(hasAsked: boolean): void;
}

function judge({ seed }: History, story: Story | undefined, mode: "enforce" | "detect"): Judged {
  const invariants: Invariant[] = [];
  const hear = (fact: Fact): void => {
    chronicle.hear(fact);
    story?.hear(world, fact);
    for (const invariant of invariants) invariant.hear?.(fact);
  };
  const props = new Props();
  const world: World = new World(
    {
      seed,
      mode,
      // Nothing has to stand in, or on, a link.
      ...(seed % 3 === 0 ? { detectedKind: "link" } : {}),
      prunes: seed % 2 === 0,
      numbers: {},
      kinds: props.kinds,
      host: (parts) => ({
        ...createSimulatedHost({
          ...parts,
          users: { app: 1000 },
          groups: { app: 1000 },
          programs: props.programs(world),
        }),
        probes: world.services.probes,
      }),
    },
    hear,
  );
  makeGates(world);
  furnish(world);
  const chronicle = new Chronicle(world);
  const judged: Judged = {
    world,
    props,
    hear,
    breach: undefined,
    check: () => {
      for (const invariant of invariants) invariant.check?.();
    },
    conclude: (hasAsked) => {
      for (const invariant of invariants) invariant.conclude?.(hasAsked);
    },
  };
  for (const [name, create] of Object.entries(INVARIANTS)) {
    const invariant = create({
      world,
      props,
      chronicle,
      accuse(detail) {
        story?.accuse(world, detail);
        judged.breach ??= { invariant: name, proves: invariant.proves, detail };
      },
    });
    invariants.push(invariant);
  }
  return judged;
}

/** What is there before the agent. */
function furnish({ kernel: { tamper } }: World): void {
  for (const path of ["/etc", "/srv"]) tamper.makeDirectory(path);
  tamper.write("/etc/lines", "name x\n");
  for (const path of FOUND) tamper.write(path, TAMPERED);
}

/** Time passes; an agent that has ended, or lost its power, is started again. */
async function pass(world: World, durationMs: number): Promise<void> {
  await world.advance(durationMs);
  if (world.process?.report !== undefined) world.reap();
  if (world.process !== undefined) return;
  // No agent starts on a full disk: it says so, and its supervisor tries again.
  world.disk.isFull = false;
  await world.boot();
  await world.advance(0);
}

/** With all trouble over everything converges; and a second start finds nothing to do. */
async function conclude(judged: Judged, story: Story | undefined): Promise<void> {
  const { world } = judged;
  story?.step(world, "all trouble ends, for good");
  relieve(judged);
  world.losePowerAfter(Number.POSITIVE_INFINITY);
  world.disk.tearAfter(Number.POSITIVE_INFINITY);
  // An agent that was asked to stop ends first, and another one starts.
  await pass(world, STOP_MS);
  await pass(world, CALM_MS);
  judged.check();
  judged.conclude(false);
  story?.step(world, "every gate opens");
  openGates(judged);
  await pass(world, ASKED_MS);
  judged.check();
  const ids = (world.graph?.resources ?? []).map(({ id }) => id);
  judged.hear({ type: "asked", ids });
  world.process?.engine.hintAll("operator");
  await pass(world, ASKED_MS);
  judged.check();
  judged.conclude(true);
  if (judged.breach !== undefined) return;
  await startAgain(judged, story);
}

async function startAgain(judged: Judged, story: Story | undefined): Promise<void> {
  const { world } = judged;
  story?.step(world, "the agent stops, and makes one pass");
  world.stop();
  await world.advance(STOP_MS);
  judged.check();
  // What was in flight when its resource was dropped is closed by the next start.
  const isOwed = (world.process?.ledger.inFlight().length ?? 0) > 0;
  world.reap();
  const writes = world.disk.writes;
  await world.boot("converge");
  await world.advance(PASS_MS);
  judged.check();
  const left = world.process?.ledger
    .inFlight()
    .filter(({ id }) => world.resource(id) === undefined);
  if (left !== undefined && left.length > 0) {
    const detail = `attempts of what is no longer declared are still open: ${JSON.stringify(left)}`;
    judged.breach ??= { invariant: "second pass", proves: "promise 9, K1", detail };
  }
  if (world.process?.report === undefined) {
    judged.breach ??= { invariant: "second pass", proves: "promise 12", detail: "it does not end" };
  } else if (world.disk.writes !== writes && !isOwed && !isRemovalTried(world)) {
    const changed = world.process.report.results.filter(({ status }) => status === "changed");
    const detail = `the second pass is not nothing: ${changed.map(({ id }) => id).join(", ")}`;
    judged.breach ??= { invariant: "second pass", proves: "promise 9", detail };
  }
}

/** What left the manifest and cannot be removed, for it holds what was never ours, is tried at each start. */
function isRemovalTried(world: World): boolean {
  const results = world.process?.report?.results ?? [];
  return results.some(({ id, status }) => status === "failed" && world.resource(id) === undefined);
}
