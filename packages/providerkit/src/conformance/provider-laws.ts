import { assert, isSameData, KIND_NAME } from "@holdfast/core";
import { type ActionVerb, summarizeActions } from "../provider/action.ts";
import { directExecutor } from "../provider/executor.ts";
import { createPlan, type PlanContent } from "../provider/plan.ts";
import type { Provider } from "../provider/provider.ts";
import type { State } from "../state/state.ts";
import type { ProviderRig } from "./provider-rig.ts";

/** One promise, and what tries it. */
export interface ProviderLaw {
  readonly name: string;
  /** Throws where the promise is broken. */
  check(signal: AbortSignal): Promise<void>;
}

/** What all providers promise. Each law opens a system of its own. */
export function providerLaws(open: () => Promise<ProviderRig>): readonly ProviderLaw[] {
  return Object.entries(LAWS).map(([name, law]) => ({
    name,
    async check(signal) {
      await using rig = await open();
      await law(rig, signal);
    },
  }));
}

const LAWS: Readonly<Record<string, (rig: ProviderRig, signal: AbortSignal) => Promise<void>>> = {
  async "the type is lower-case words"({ provider }) {
    assert(KIND_NAME.test(provider.type), `${provider.type} is no type`);
  },

  async "planning writes nothing, and equal arguments give equal plans"(rig, signal) {
    const before = await rig.snapshot();
    const { config, live } = await observed(rig, signal);
    const one = rig.provider.computePlan(config, live, undefined);
    const other = rig.provider.computePlan(config, live, undefined);
    assert(isSameData(one, other), "two plans of the same differ");
    assert(summarizeActions(one.actions).hasChanges, "the rig declares nothing new");
    assert(isSameData(before, await rig.snapshot()), "planning has changed the system");
  },

  async "a plan after an apply is empty, and the second apply does nothing"(rig, signal) {
    const state = await converge(rig, undefined, signal);
    const written = await rig.snapshot();
    const plan = await planOf(rig, state, signal);
    assert(verbsOf(plan) === "", `still to do: ${verbsOf(plan)}`);
    await converge(rig, state, signal);
    assert(isSameData(written, await rig.snapshot()), "the second apply has changed something");
  },

  async "what somebody else changed is found and repaired"(rig, signal) {
    const state = await converge(rig, undefined, signal);
    const written = await rig.snapshot();
    await rig.tamper();
    assert(verbsOf(await planOf(rig, state, signal)) !== "", "the change is not found");
    const repaired = await converge(rig, state, signal);
    assert(verbsOf(await planOf(rig, repaired, signal)) === "", "it is not repaired");
    assert(isSameData(written, await rig.snapshot()), "it is not as it was");
  },

  async "a lost state makes nothing twice and deletes nothing"(rig, signal) {
    await converge(rig, undefined, signal);
    const { actions } = await planOf(rig, undefined, signal);
    const wrong = actions.filter(({ verb }) => verb === "create" || verb === "delete");
    assert(wrong.length === 0, `it would ${wrong.map(({ verb }) => verb).join(", ")}`);
  },

  async "a system that does not answer is unknown, not empty"(rig, signal) {
    const config = await rig.provider.loadConfig(rig.root, signal);
    await rig.cutOff();
    const live = await rig.provider.fetchLive(config, signal);
    assert(live.type === "unknown", `it is ${live.type}`);
    assert(rig.provider.health().health !== "Healthy", "it says that all is well");
    assert(rig.provider.health().sync === "Unknown", "it says that it knows");
  },

  async "no secret is in a plan or a state"(rig, signal) {
    const plan = await planOf(rig, undefined, signal);
    const state = await converge(rig, undefined, signal);
    await rig.tamper();
    const texts = [plan, state, await planOf(rig, state, signal)].map((each) =>
      JSON.stringify(each),
    );
    const found = rig.secrets.some((secret) => texts.some((text) => text.includes(secret)));
    assert(!found, "a secret is in clear");
  },

  async "the state has each address once, and is plain data"(rig, signal) {
    const { resources } = await converge(rig, undefined, signal);
    const addresses = new Set(resources.map(({ address }) => address));
    assert(addresses.size === resources.length, "an address is there twice");
    const printed: unknown = JSON.parse(JSON.stringify(resources));
    assert(isSameData(printed, resources), "it changes when it is written and read");
  },
};

async function observed(
  { provider, root }: ProviderRig,
  signal: AbortSignal,
): Promise<{ readonly config: unknown; readonly live: unknown }> {
  const config = await provider.loadConfig(root, signal);
  const live = await provider.fetchLive(config, signal);
  assert(live.type === "present", `the system is ${live.type}`);
  return { config, live: live.value };
}

async function planOf(
  rig: ProviderRig,
  state: State | undefined,
  signal: AbortSignal,
): Promise<PlanContent> {
  const { config, live } = await observed(rig, signal);
  return rig.provider.computePlan(config, live, state);
}

/** Applies once, and gives the state that follows. */
async function converge(
  rig: ProviderRig,
  state: State | undefined,
  signal: AbortSignal,
): Promise<State> {
  const content = await planOf(rig, state, signal);
  const { provider, root } = rig;
  const hash = { sha256: (data: Uint8Array | string) => `${data.length}` };
  const about = { type: provider.type, configPath: root, state, nowMs: 0, hash };
  const results = await provider.applyPlan(createPlan(content, about), directExecutor, signal);
  const failed = results.find(({ status }) => status !== "ok");
  assert(failed === undefined, `${failed?.address ?? ""}: ${failed?.error?.message ?? ""}`);
  const after = await observed(rig, signal);
  return stateOf(provider, provider.buildState(after.config, after.live, state), state);
}

function stateOf(
  { type }: Provider,
  { resources, metadata = {} }: ReturnType<Provider["buildState"]>,
  before: State | undefined,
): State {
  const at = new Date(0).toISOString();
  return {
    version: 1,
    lineage: "0".repeat(32),
    serial: (before?.serial ?? 0) + 1,
    type,
    generatedAt: at,
    isSynced: true,
    resources: resources.map((each) => ({ lastRefreshed: at, ...each })),
    metadata,
  };
}

function verbsOf({ actions }: PlanContent): string {
  const verbs: readonly ActionVerb[] = actions.map(({ verb }) => verb);
  return verbs.filter((verb) => verb !== "skip").join(", ");
}
