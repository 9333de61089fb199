import type { ResourceId } from "@holdfast/core";
import { Story } from "../history/story.ts";
import type { Fact } from "../machine/fact.ts";
import type { World } from "../machine/world.ts";
import type { Coverage } from "./coverage.ts";
import { openSite, type TestSetup } from "./site.ts";

/** Something that a run showed to be wrong. */
export interface Finding {
  /** Whom it is about, the first first. */
  readonly about: readonly ResourceId[];
  /** One sentence, without a full stop. */
  readonly what: string;
  /** What to do about it, one sentence. */
  readonly remedy: string;
}

/** A finding, with how it came about. */
export interface Problem extends Finding {
  /** The part of the test that found it. */
  readonly part: string;
  readonly story: readonly string[];
}

/** One run on a fresh machine. `tell` adds to its story. */
export type Plot = (world: World, tell: (words: string) => void) => Promise<Finding | undefined>;

/** What every run is given. */
export interface Stage {
  readonly setup: TestSetup;
  readonly coverage: Coverage;
  readonly seed: number;
  /** Called before each run with its part, and the number of runs before it. */
  progress(part: string, runs: number): void;
}

/** Longest story that is shown; its end matters most. */
const STORY_LINES = 24;

/** Runs once; when that shows something to be wrong, it runs once more and records the story. */
export async function live(stage: Stage, part: string, plot: Plot): Promise<Problem | undefined> {
  const { setup, coverage, seed } = stage;
  stage.progress(part, coverage.runs);
  const hear = coverage.listener();
  const found = await plot(await openSite(setup, seed, hear), () => {});
  if (found === undefined) return undefined;
  const story = new Story();
  const published: { world?: World } = {};
  const listen = (fact: Fact): void => {
    if (published.world !== undefined) story.hear(published.world, fact);
  };
  published.world = await openSite(setup, seed, listen);
  const { world } = published;
  await plot(world, (words) => story.step(world, words));
  return { part, ...found, story: story.lines.slice(-STORY_LINES) };
}
