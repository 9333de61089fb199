import assert from "node:assert/strict";
import {
  assess,
  type Change,
  dryApply,
  type DryApplyPlace,
  DryRun,
  Fault,
  GENERAL_RISKS,
  type HintSink,
  type JsonObject,
  type JudgingKind,
  type KindAction,
  KindPorts,
  knowNothing,
  type Observation,
  type ResourceKind,
  silentLog,
  type Watch,
  type WriteContext,
} from "@holdfast/core";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import { actionOn } from "../action-on.ts";

/** The result of an observation; the types of the kind are hidden in it. */
export interface Reading {
  readonly isPresent: boolean;
  readonly changes: readonly Change[];
  /** Of what is present. */
  readonly fingerprint: string | undefined;
  readonly details: JsonObject | undefined;
  /** Applies the changes of this observation, or those given. */
  apply(context: WriteContext, changes?: readonly Change[]): Promise<void>;
  /** What a plan foretells that these changes are refused with; `undefined` where it foretells nothing. */
  foreseen(): Promise<Fault | undefined>;
  /**
   * What the kind says an author would write to have what was observed, bound; `undefined` where nothing is there or the
   * kind says that it cannot be captured.
   */
  described(): Resource | undefined;
}

/** Where and how long. */
export interface EvidenceContext {
  readonly machine: LawMachine;
  readonly signal: AbortSignal;
}

/** One declared resource under its laws. */
export interface Resource {
  /** For messages: `kind:name`. */
  readonly id: string;
  readonly runsCommands: boolean;
  readonly canWatch: boolean;
  readonly canForesee: boolean;
  /** @throws {Fault} when it is unknown. */
  observe(how: "alone" | "in bulk", context: EvidenceContext): Promise<Reading>;
  /** Clears what an attempt left, as the engine does at its next start. */
  clearUp(attempt: string, machine: LawMachine): Promise<void>;
  watch(context: EvidenceContext, sink: HintSink): Promise<Watch | undefined>;
  /** The same thing as it should not be there; `undefined` where the kind cannot say that. */
  absent(): Resource | undefined;
}

/** Binds an input. @throws {AssertionError} when the kind reports a mistake in it: samples have none. */
export function resourceOf<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  { name, input }: { readonly name: string; readonly input: Input },
): Resource {
  const spec = kind.bind(name, input, (path, summary, detail) =>
    assert.fail(`a sample of ${kind.kind}:${name} has a mistake: ${path}: ${summary}: ${detail}`),
  );
  return resourceWith(kind, name, spec);
}

function resourceWith<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  name: string,
  spec: Spec,
): Resource {
  return {
    id: `${kind.kind}:${name}`,
    runsCommands: kind.runsCommands === true,
    canWatch: kind.watch !== undefined,
    canForesee: kind.foresee !== undefined,
    async observe(how, { machine, signal }) {
      // What writes is in it too: a kind that uses that is to be noticed here.
      const context = { host: new KindPorts(machine.host).writerFor(kind), signal, log: silentLog };
      const snapshot = how === "in bulk" ? await kind.snapshot?.([spec], context) : undefined;
      const observed = valueOf(await kind.observe(spec, { ...context, snapshot }));
      const changes = kind.diff(spec, observed);
      if (changes.length > 0) assertJudged(kind, actionOn(kind, { spec, observed, changes }));
      return {
        isPresent: observed !== undefined,
        changes,
        fingerprint: observed === undefined ? undefined : kind.fingerprint(observed),
        details: observed === undefined ? undefined : kind.details?.(observed),
        apply: (write, wanted = changes) =>
          kind.apply(actionOn(kind, { spec, observed, changes: wanted }), {
            ...write,
            host: new KindPorts(machine.host).writerFor(kind),
          }),
        foreseen: () =>
          dryApply(kind, actionOn(kind, { spec, observed, changes }), dryPlace(machine), signal),
        described() {
          const input = observed === undefined ? undefined : kind.describe?.(spec, observed);
          return input === undefined ? undefined : resourceOf(kind, { name, input });
        },
      };
    },
    async clearUp(attempt, { host }) {
      if (kind.temporaries === undefined) return;
      const { signal } = new AbortController();
      const context = { host: new KindPorts(host).writerFor(kind), signal, log: silentLog };
      const found = await kind.observe(spec, context);
      const observed = found.type === "present" ? found.value : undefined;
      for (const place of kind.temporaries(spec, observed))
        await host.files.discard({ ...place, attempt }, signal);
    },
    async watch({ machine, signal }, sink) {
      const host = new KindPorts(machine.host).writerFor(kind);
      return kind.watch?.([spec], { host, signal, log: silentLog }, sink);
    },
    absent() {
      const absent = kind.absent?.(spec);
      if (absent === undefined) return undefined;
      assert.equal(kind.isAbsent?.(absent), true, "what should not be there says so");
      return resourceWith(kind, name, absent);
    },
  };
}

/**
 * The risk of whatever is to be done is a row of the kind's table, or of the general one; and what is there and cannot be given
 * back is never taken for nothing, unless the kind answers for all of it.
 */
function assertJudged<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  action: KindAction<Spec, Observed>,
): void {
  const own = kind.risk?.(action);
  const rows = [...Object.values(kind.risks ?? {}), ...Object.values(GENERAL_RISKS)];
  const judge: JudgingKind = { risk: () => own };
  const assessment = assess(judge, action, { isReversible: false });
  assert.ok(rows.includes(assessment), `${kind.kind}: a risk that no table has`);
  const isForeign = action.changes.some(({ action: how }) => how !== "add");
  if (action.observed === undefined || !isForeign || assessment.isWhole === true) return;
  assert.notEqual(assessment.risk, "benign", `${kind.kind}: what cannot be given back is benign`);
}

/** A machine on which nothing else is about to happen. */
function dryPlace({ host }: LawMachine): DryApplyPlace {
  const expected = { comes: () => false, goes: () => false };
  const run = new DryRun({ expected, own: [], needs: () => [] });
  return { host, run, known: knowNothing(), hasSecrets: false };
}

/** A context as the engine gives one. */
export function writing({ machine, signal }: EvidenceContext, attempt: string): WriteContext {
  return {
    host: machine.host,
    signal,
    log: silentLog,
    hasSecrets: false,
    attempt,
    task: async () => {},
    progress: () => {},
    printed: () => {},
    async sleep(delayMs) {
      if (signal.aborted) throw signal.reason;
      await machine.sleep(delayMs);
    },
  };
}

/** The Fault that work ended with; `undefined` when it did not. Anything else that is thrown is a mistake of the kind. */
export async function faultOf(work: Promise<unknown>): Promise<Fault | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function valueOf<Observed>(observation: Observation<Observed>): Observed | undefined {
  if (observation.type === "unknown") throw observation.fault;
  return observation.type === "present" ? observation.value : undefined;
}
