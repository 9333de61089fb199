/**
 * Plan, apply, state and orchestration for systems of any kind: whoever writes the seven methods of a `Provider`, or the five
 * of an `ObjectSystem`, gets the rest. It imports core only, and has no disk, clock or network of its own: these are given in.
 * Unknown is never absent, no secret is in a plan or a state, and a state file is never overwritten by who did not read it.
 */
export type { Provider } from "./provider/provider.ts";
export { type ProviderStatus, UNOBSERVED } from "./provider/provider-status.ts";
export { type Action, type ActionVerb, type Summary } from "./provider/action.ts";
export { summarizeActions } from "./provider/action.ts";
export type { Plan, PlanBase, PlanContent } from "./provider/plan.ts";
export type { ActionStatus, Result } from "./provider/result.ts";
export { type ActionWork, directExecutor, type Done, type Executor } from "./provider/executor.ts";
export { Registry } from "./provider/registry.ts";
export { resolveToken, tokenVariables } from "./provider/token.ts";
export { eventsOnStandardError } from "./provider/provider-event.ts";
export type { ProviderEvent, ProviderEventSink } from "./provider/provider-event.ts";
export type { Field, Fields, FieldValue, FieldValues, KeyedDigest } from "./fields/field.ts";
export { attributesOf, changesBetween, changesOfNew, impactOf } from "./fields/field.ts";
export { objectProvider } from "./objects/object-provider.ts";
export { addressOf } from "./objects/object-system.ts";
export type {
  DeclaredObject,
  LiveObject,
  LiveObjects,
  ObjectReference,
  ObjectSort,
  ObjectSystem,
  UnknownObject,
} from "./objects/object-system.ts";
export { type State, type StateContent, StateIndex } from "./state/state.ts";
export type { StateMode, StateResource } from "./state/state.ts";
export type {
  StateDisk,
  StateFileReader,
  StateFileWriter,
  StateLock,
} from "./state/state-disk.ts";
export { type StateReading, StateStore, type StateStoreDependencies } from "./state/state-store.ts";
export { discoverEntries, type ProviderEntry } from "./orchestrate/provider-entry.ts";
export { readResources } from "./orchestrate/read-resources.ts";
export type { OutcomeStatus, ProviderOutcome, RunMode } from "./orchestrate/provider-run.ts";
export { runProviders } from "./orchestrate/orchestrator.ts";
export type { OrchestratorDependencies, RunOptions } from "./orchestrate/orchestrator.ts";
