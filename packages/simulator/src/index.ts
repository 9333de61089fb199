/**
 * Agents on simulated machines under one seed. A history is a random run: manifests, drifts, failures, lost and late
 * hints, hanging kinds, stops, kills and losses of power, after each of which every promise of the engine is checked.
 *
 * What runs is the production engine, the production kinds and the production ledger; only the machine, its clock and
 * its chances are simulated. Nothing here touches the machine it runs on.
 */
export { drawSteps } from "./history/draw-steps.ts";
export { type Breach, type History, type Played, play } from "./history/play.ts";
export { only, shrink, type Shrunk } from "./history/shrink.ts";
export type { Action, Step, Tampering } from "./history/step.ts";
export type { Desired } from "./machine/desired.ts";
export type { Finding, Problem } from "./blueprint-test/run.ts";
export type { ResourceCoverage } from "./blueprint-test/coverage.ts";
export {
  type ProvedPart,
  type BlueprintTest,
  type TestOptions,
  tryManifest,
} from "./blueprint-test/blueprint-test.ts";
export type { Verb } from "./machine/fact.ts";
export type { HintWeather } from "./machine/hint-weather.ts";
export type { Trouble } from "./machine/trouble.ts";
