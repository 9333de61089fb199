import {
  assert,
  type Observation,
  present,
  throwIfAborted,
  toFault,
  unknown,
} from "@holdfast/core";
import type { KeyedDigest } from "../fields/field.ts";
import type { Action } from "../provider/action.ts";
import { type Done, type Executor, skippedResult } from "../provider/executor.ts";
import { type ProviderStatus, UNOBSERVED } from "../provider/provider-status.ts";
import type { Provider } from "../provider/provider.ts";
import type { Result } from "../provider/result.ts";
import {
  addressOf,
  type DeclaredObject,
  type LiveObjects,
  type ObjectSystem,
} from "./object-system.ts";
import { planObjects } from "./plan-objects.ts";
import { stateOfObjects } from "./state-of-objects.ts";

/**
 * Makes a provider of a system of named objects. Planning, renames, adoption, removal and state are done here; the system
 * reads and writes. `digest` stands for secrets in the state: HMAC-SHA-256 under a key that is kept elsewhere.
 */
export function objectProvider<Config>(
  system: ObjectSystem<Config>,
  digest: KeyedDigest,
): Provider<Config, LiveObjects> {
  let status: ProviderStatus = UNOBSERVED;
  let declared: ReadonlyMap<string, DeclaredObject> = new Map();
  const applied = { created: new Set<string>(), renamed: new Map<string, string>() };
  const inputOf = (config: Config) => ({
    declared: system.declared(config),
    sorts: system.sorts,
    digest,
  });
  return {
    type: system.type,
    async loadConfig(root, signal) {
      const config = await system.loadConfig(root, signal);
      declared = new Map(system.declared(config).map((each) => [addressOf(each), each]));
      return config;
    },
    async fetchLive(config, signal) {
      const live = await observe(system, config, signal);
      status = statusOf(live, status);
      return live;
    },
    computePlan: (config, live, state) => planObjects({ ...inputOf(config), live, state }),
    async applyPlan({ actions }, execute, signal) {
      applied.created.clear();
      applied.renamed.clear();
      const before = new Map(actions.map(({ address, from }) => [address, from ?? address]));
      const work = (action: Action) => (within: AbortSignal) =>
        workOf(system, action, { object: declared.get(action.address), signal: within });
      const results = await applyInOrder(actions, { execute, work, signal });
      for (const { action, status: ending, address } of results) {
        if (ending !== "ok") continue;
        if (action === "create") applied.created.add(address);
        if (action === "rename") applied.renamed.set(address, before.get(address) ?? address);
      }
      return results;
    },
    buildState: (config, live, state) =>
      stateOfObjects({ ...inputOf(config), live, state }, applied),
    health: () => status,
    ...(system.setToken === undefined
      ? {}
      : { setToken: (token: string) => system.setToken?.(token) }),
  };
}

async function observe<Config>(
  system: ObjectSystem<Config>,
  config: Config,
  signal: AbortSignal,
): Promise<Observation<LiveObjects>> {
  throwIfAborted(signal);
  try {
    return present(await system.observe(config, signal));
  } catch (error) {
    throwIfAborted(signal);
    return unknown(toFault(error));
  }
}

function statusOf(live: Observation<LiveObjects>, before: ProviderStatus): ProviderStatus {
  if (live.type !== "unknown") return { ...before, health: "Healthy" };
  return { ...UNOBSERVED, health: "Degraded", fault: live.fault.toJSON() };
}

/** One after the other; what belongs to something that failed is skipped. */
async function applyInOrder(
  actions: readonly Action[],
  {
    execute,
    work,
    signal,
  }: {
    readonly execute: Executor;
    readonly work: (action: Action) => (signal: AbortSignal) => Promise<Done>;
    readonly signal: AbortSignal;
  },
): Promise<readonly Result[]> {
  const failed = new Map<string, NonNullable<Result["error"]>>();
  const results: Result[] = [];
  for (const action of actions.filter(({ verb }) => verb !== "skip")) {
    const cause = failed.get(action.parent ?? "");
    const result =
      cause === undefined
        ? await execute(action, work(action), signal)
        : skippedResult(action, cause);
    if (result.error !== undefined) failed.set(action.address, result.error);
    results.push(result);
  }
  return results;
}

async function workOf<Config>(
  system: ObjectSystem<Config>,
  action: Action,
  { object, signal }: { readonly object: DeclaredObject | undefined; readonly signal: AbortSignal },
): Promise<Done> {
  const { verb, changes } = action;
  if (verb === "delete") return system.remove(action, signal);
  if (verb === "adopt" || verb === "forget" || verb === "skip") return {};
  assert(object !== undefined, `${action.address} is planned and not declared`);
  if (verb === "create") return system.create(object, signal);
  const rest = changes.filter(({ path }) => path !== "name");
  if (verb === "rename") {
    assert(system.rename !== undefined, `${system.type} cannot rename`);
    const name = (action.from ?? "").slice(action.type.length + 1);
    await system.rename({ ...action, name }, object.name, signal);
    if (rest.length === 0) return {};
  }
  return system.update(object, rest, signal);
}
