import assert from "node:assert/strict";
import {
  type Change,
  Fault,
  type FaultReason,
  type HostWriter,
  type Observation,
  type ResourceKind,
  silentLog,
  unknown,
  type WriteContext,
} from "@holdfast/core";
import { actionOn } from "./action-on.ts";

/** Attempts here end one after the other, so one name serves them all. */
const ATTEMPT = "0123456789abcdef";

/** A host that a kind is tried on. */
export interface KindRig {
  readonly host: HostWriter;
  /** Everything that is on it, one line each: equal lists mean that nothing was written. */
  tree(): readonly string[];
  /** Between attempts of one apply. Default: does not wait. */
  sleep?(delayMs: number): Promise<void>;
}

/** One resource to try. */
export interface KindCase<Spec, Observed, Snapshot, Input> {
  readonly kind: ResourceKind<Spec, Observed, Snapshot, Input>;
  readonly name: string;
  readonly input: Input;
}

/**
 * The laws of every kind, on whatever the host holds now: an observation writes nothing and is the same with and without a
 * snapshot; after apply there is no difference; applying again, with nothing to do or with the same changes as
 * before, leaves everything as it is.
 * @returns the changes of the first observation.
 */
export async function checkKind<Spec, Observed, Snapshot, Input>(
  testRun: KindCase<Spec, Observed, Snapshot, Input>,
  rig: KindRig,
): Promise<readonly Change[]> {
  const { kind } = testRun;
  const spec = bindTest(testRun);
  const before = await observe(kind, spec, rig);
  const changes = kind.diff(spec, before);
  const action = actionOn(kind, { spec, observed: before, changes });
  if (changes.length > 0) await kind.apply(action, writeContext(rig));
  const after = await observe(kind, spec, rig);
  assert.deepEqual(kind.diff(spec, after), [], "after apply nothing differs");
  if (changes.length > 0 && kind.runsCommands !== true) {
    await repeat(() => kind.apply(action, writeContext(rig)));
    const again = await observe(kind, spec, rig);
    assert.deepEqual(kind.diff(spec, again), [], "an apply may be repeated");
  }
  const settled = rig.tree();
  await kind.apply(actionOn(kind, { spec, observed: after, changes: [] }), writeContext(rig));
  assert.deepEqual(rig.tree(), settled, "an apply of no changes writes nothing");
  return changes;
}

/**
 * A resource that cannot be had: apply throws this fault, and nothing on the host is other than before.
 * @returns the fault, so that its message can be checked.
 */
export async function checkKindRefusal<Spec, Observed, Snapshot, Input>(
  testRun: KindCase<Spec, Observed, Snapshot, Input>,
  reason: FaultReason,
  rig: KindRig,
): Promise<Fault> {
  const { kind } = testRun;
  const spec = bindTest(testRun);
  const observed = await observe(kind, spec, rig);
  const changes = kind.diff(spec, observed);
  assert.notDeepEqual(changes, [], "what cannot be had differs");
  const before = rig.tree();
  const thrown = await kind
    .apply(actionOn(kind, { spec, observed, changes }), writeContext(rig))
    .then(
      () => assert.fail(`expected ${reason}, but apply succeeded`),
      (error: unknown) => error,
    );
  assert.ok(thrown instanceof Fault, `expected ${reason}, not ${String(thrown)}`);
  assert.equal(thrown.reason, reason, thrown.message);
  assert.deepEqual(rig.tree(), before, "a refused apply leaves everything as it was");
  return thrown;
}

/**
 * A resource that cannot be read is unknown with this fault, with and without a snapshot, and observe writes
 * nothing. What is unknown has no diff, so nothing can follow from it.
 */
export async function checkKindUnknown<Spec, Observed, Snapshot, Input>(
  testRun: KindCase<Spec, Observed, Snapshot, Input>,
  reason: FaultReason,
  rig: KindRig,
): Promise<void> {
  const spec = bindTest(testRun);
  const before = rig.tree();
  for (const withSnapshot of [false, true]) {
    const observation = await observeOnce(testRun.kind, spec, rig, withSnapshot);
    assert.equal(observation.type, "unknown");
    assert.equal(observation.type === "unknown" && observation.fault.reason, reason);
  }
  assert.deepEqual(rig.tree(), before, "an observation writes nothing");
}

/** An outdated action may find that what it should make is there; that is the one way in which it may fail. */
async function repeat(apply: () => Promise<void>): Promise<void> {
  try {
    await apply();
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "AlreadyExists") throw error;
  }
}

function bindTest<Spec, Observed, Snapshot, Input>({
  kind,
  name,
  input,
}: KindCase<Spec, Observed, Snapshot, Input>): Spec {
  return kind.bind(name, input, (path, summary, detail) => {
    assert.fail(`${kind.kind}:${name} ${path}: ${summary}: ${detail}`);
  });
}

/** Observes in both ways, and checks that they agree and that neither writes. */
async function observe<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  spec: Spec,
  rig: KindRig,
): Promise<Observed | undefined> {
  const before = rig.tree();
  const direct = valueOf(await observeOnce(kind, spec, rig, false));
  const bulk = valueOf(await observeOnce(kind, spec, rig, true));
  assert.deepEqual(rig.tree(), before, "an observation writes nothing");
  assert.deepEqual(kind.diff(spec, bulk), kind.diff(spec, direct), "a snapshot shows the same");
  assert.equal(bulk && kind.fingerprint(bulk), direct && kind.fingerprint(direct));
  return direct;
}

async function observeOnce<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  spec: Spec,
  { host }: KindRig,
  withSnapshot: boolean,
): Promise<Observation<Observed>> {
  const context = { host, signal: new AbortController().signal, log: silentLog };
  try {
    const snapshot = withSnapshot ? await kind.snapshot?.([spec], context) : undefined;
    return await kind.observe(spec, { ...context, snapshot });
  } catch (error) {
    if (error instanceof Fault) return unknown(error);
    throw error;
  }
}

function valueOf<Observed>(observation: Observation<Observed>): Observed | undefined {
  if (observation.type === "unknown") throw observation.fault;
  return observation.type === "present" ? observation.value : undefined;
}

/** A context as the engine gives one. */
export function writeContext(
  rig: KindRig,
  signal: AbortSignal = new AbortController().signal,
): WriteContext {
  return {
    host: rig.host,
    signal,
    log: silentLog,
    hasSecrets: false,
    attempt: ATTEMPT,
    task: async () => {},
    progress: () => {},
    printed: () => {},
    sleep: async (delayMs) => rig.sleep?.(delayMs),
  };
}
