/**
 * Time and concurrency: takes a graph of resources and keeps the host as they declare. Every write takes the one path
 * (reconcile → gate → lane → journal → apply → verify).
 *
 * The engine knows no clock, disk or network of its own: everything comes in through ports, so that one seed replays a
 * whole run.
 */
export type { Explanation, KnownStatus, Next } from "./view/explanation.ts";
export type { Desired } from "./desired/desired.ts";
export { Engine } from "./engine.ts";
export { boundedLedger, type BoundedLedgerOptions } from "./ledger/bounded-ledger.ts";
export { askHealth, type HealthPorts } from "./health/probe.ts";
export type { ServeOptions } from "./serve/quiet-timer.ts";
export type { EngineOptions } from "./options.ts";
export type { HintKind, HintSet } from "./queue/hint.ts";
export type { PlanOptions } from "./plan/planning.ts";
export type { PastRun } from "./records/resource-record.ts";
export type { Report } from "./view/report.ts";
export type { RunEnd, RunObserver, Stage } from "./run-observer.ts";
export type { WatchStatus } from "./serve/kept-watch.ts";
export type { EngineDeps } from "./runtime.ts";
