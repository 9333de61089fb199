import {
  type AnyKind,
  type HintSink,
  type BatchMember,
  type KindBatch,
  type Observation,
  type ReadContext,
  type ResourceId,
  type Watch,
  type WriteContext,
} from "@holdfast/core";
import type { Call, Fact, Verb } from "./fact.ts";
import { type Trouble, troubleFault } from "./trouble.ts";

/** What a recorder is given of the world and of the process it is in. */
export interface Recorder {
  idOf(spec: unknown): ResourceId;
  hear(fact: Fact): void;
  troubleOf(verb: Verb, ids: readonly ResourceId[]): Trouble | undefined;
  /** Resolves at the next relief. */
  relieved(): Promise<void>;
  pause(durationMs: number): Promise<void>;
  /** The process was killed: nothing of it happens any more. */
  isDead(): boolean;
  /** A call that is in trouble began, or ended. */
  enterTrouble(ids: readonly ResourceId[]): void;
  leaveTrouble(ids: readonly ResourceId[]): void;
  /** A call waits, or no longer waits, for nothing but its signal. */
  hanging(by: 1 | -1): void;
  /** Opens a watch the way the world allows it now. */
  openWatch(kind: string, sink: HintSink, open: (sink: HintSink) => Promise<Watch>): Promise<Watch>;
}

/** A kind whose every call is recorded and can be disturbed. The work itself is the kind's own. */
export function recorded(kind: AnyKind, stand: Recorder): AnyKind {
  const { snapshot, refresh, watch, batch } = kind;
  const written = (verb: Verb, specs: readonly unknown[], context: WriteContext): Call => ({
    verb,
    ids: specs.map((spec) => stand.idOf(spec)),
    attempt: context.attempt,
  });
  return {
    ...kind,
    observe: (spec, context) => observe(kind, spec, context, stand),
    apply: (action, context) =>
      work(stand, written("apply", [action.spec], context), context.signal, () =>
        kind.apply(action, context),
      ),
    ...(snapshot && {
      snapshot: (specs, context) => {
        const ids = specs.map((spec) => stand.idOf(spec));
        const call: Call = { verb: "snapshot", ids, attempt: undefined };
        return work(stand, call, context.signal, () => snapshot.call(kind, specs, context));
      },
    }),
    ...(refresh && {
      refresh: (spec, context) =>
        work(stand, written("refresh", [spec], context), context.signal, () =>
          refresh.call(kind, spec, context),
        ),
    }),
    ...(watch && {
      watch: (specs, context, sink) =>
        stand.openWatch(kind.kind, sink, (disturbed) =>
          watch.call(kind, specs, context, disturbed),
        ),
    }),
    ...(batch && { batch: recordedBatch(batch, stand) }),
  };
}

function observe(
  kind: AnyKind,
  spec: unknown,
  context: ReadContext<unknown>,
  stand: Recorder,
): Observation<unknown> | Promise<Observation<unknown>> {
  const call: Call = { verb: "observe", ids: [stand.idOf(spec)], attempt: undefined };
  if (stand.troubleOf("observe", call.ids) !== undefined) {
    return work(stand, call, context.signal, async () => kind.observe(spec, context));
  }
  stand.hear({ type: "begins", call });
  return kind.observe(spec, context);
}

function recordedBatch(
  batch: KindBatch<unknown, unknown>,
  stand: Recorder,
): KindBatch<unknown, unknown> {
  return {
    key: (spec) => batch.key(spec),
    applyMany: async (members: readonly BatchMember<unknown, unknown>[]) => {
      const [first] = members;
      if (first === undefined) return [];
      const ids = members.map(({ action }) => stand.idOf(action.spec));
      const { attempt, signal } = first.context;
      const faults = await work(stand, { verb: "apply", ids, attempt }, signal, () =>
        batch.applyMany(members),
      );
      // A call that was made to do nothing has no answer.
      return faults ?? [];
    },
  };
}

/** One call, recorded from begin to end, with the trouble that is planned for it. */
async function work<T>(
  stand: Recorder,
  call: Call,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  if (stand.isDead()) return never();
  const trouble = stand.troubleOf(call.verb, call.ids);
  stand.hear({ type: "begins", call });
  if (trouble !== undefined) stand.enterTrouble(call.ids);
  try {
    const result =
      trouble === undefined ? await run() : await disturbed(stand, call, signal, trouble, run);
    if (stand.isDead()) return await never();
    stand.hear({ type: "ends", call, error: undefined });
    return result;
  } catch (error) {
    if (stand.isDead()) return await never();
    stand.hear({ type: "ends", call, error });
    throw error;
  } finally {
    if (trouble !== undefined) stand.leaveTrouble(call.ids);
  }
}

async function disturbed<T>(
  stand: Recorder,
  call: Call,
  signal: AbortSignal,
  trouble: Trouble,
  run: () => Promise<T>,
): Promise<T> {
  switch (trouble.type) {
    case "fails":
      throw troubleFault(call.ids, trouble.isForGood);
    case "throws":
      throw new TypeError(`the simulated ${call.verb} is not a function`);
    case "fails late":
      await run();
      throw troubleFault(call.ids, false);
    case "hangs":
      stand.hanging(1);
      return await aborted(signal).finally(() => stand.hanging(-1));
    case "hangs on":
      await stand.relieved();
      break;
    case "takes":
      await stand.pause(trouble.ms);
      break;
    default:
  }
  if (stand.isDead()) return never();
  // Only what has no result can do nothing: what observes, observes.
  if (trouble.type === "does nothing" && call.attempt !== undefined) return undefined as T;
  return await run();
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Nobody is there any more to get an answer. */
function never<T>(): Promise<T> {
  return new Promise(() => {});
}
