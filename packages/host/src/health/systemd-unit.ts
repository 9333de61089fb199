import {
  abortFault,
  type Clock,
  type Observation,
  parseUnitName,
  type ProbeOutcome,
  type ServiceReader,
  throwIfAborted,
  toFault,
  type UnitReading,
  type UnitRuntime,
} from "@holdfast/core";

/** One question about a unit. */
export interface UnitProbe {
  /** A name without a suffix is a service. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly services: Pick<ServiceReader, "observeMany">;
  readonly clock: Clock;
}

/** A unit that loads its configuration again works meanwhile. */
const WORKING: ReadonlySet<string> = new Set(["active", "reloading", "refreshing"]);

/**
 * Whether a unit of the system's systemd is active.
 * @throws {Fault} Aborted, when the signal says so.
 */
export async function askUnit(probe: UnitProbe, signal: AbortSignal): Promise<ProbeOutcome> {
  throwIfAborted(signal);
  const { name, timeoutMs, services, clock } = probe;
  const unit = parseUnitName(name) === undefined ? `${name}.service` : name;
  const late = new AbortController();
  const cancel = clock.schedule(timeoutMs, () => late.abort());
  const stop = AbortSignal.any([signal, late.signal]);
  const observe = async (details: boolean): Promise<Observation<UnitReading> | undefined> => {
    const [observation] = await services.observeMany([{ unit, details }], stop);
    return observation;
  };
  try {
    const outcome = outcomeOf(await observe(false));
    // Only what does not work is asked how it ended.
    return outcome.type === "passed" ? outcome : outcomeOf(await observe(true));
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    const why = late.signal.aborted
      ? `no answer within ${timeoutMs / 1_000} s`
      : toFault(error).message;
    return { type: "failed", why };
  } finally {
    cancel();
  }
}

function outcomeOf(observation: Observation<UnitReading> | undefined): ProbeOutcome {
  if (observation?.type === "unknown") return { type: "failed", why: observation.fault.message };
  if (observation?.type !== "present") return { type: "failed", why: "there is no such unit" };
  const { runtime } = observation.value;
  if (runtime === undefined) return { type: "failed", why: "nothing of this root runs here" };
  if (WORKING.has(runtime.active)) return { type: "passed" };
  return { type: "failed", why: `it is ${runtime.active} (${wordsOf(runtime)})` };
}

function wordsOf({ sub, load, details }: UnitRuntime): string {
  const result = details?.lastExit?.result ?? "success";
  const words = [
    sub,
    ...(result === "success" ? [] : [result]),
    ...(load === "loaded" ? [] : [load]),
  ];
  return words.join(", ");
}
