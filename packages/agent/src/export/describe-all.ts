import {
  type AnyKind,
  type Catalog,
  Fault,
  type HostReader,
  isJsonObject,
  type JsonObject,
  type KindPorts,
  type Log,
  type Observation,
  type ReadContext,
  throwIfAborted,
  toFault,
  unknown,
} from "@holdfast/core";
import { boundSpec } from "./bound-spec.ts";
import type { Candidate, LeftOut, Way } from "./candidate.ts";

/** What describing needs. */
export interface DescribeOptions {
  readonly catalog: Catalog;
  readonly ports: KindPorts;
  readonly log: Log;
}

/** One way of a candidate that is tried. */
export interface Attempt {
  readonly candidate: Candidate;
  readonly way: Way;
}

/** How that came out. */
export type Outcome =
  | { readonly type: "described"; readonly described: JsonObject }
  | { readonly type: "absent" }
  | { readonly type: "failed"; readonly leftOut: LeftOut };

interface Bound {
  readonly attempt: Attempt;
  readonly spec: unknown;
}

/** Has each kind observe all that is asked of it by one bulk read, and describe what is there. */
export async function describeAll(
  attempts: readonly Attempt[],
  options: DescribeOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<Attempt, Outcome>> {
  const outcomes = new Map<Attempt, Outcome>();
  const byKind = new Map<AnyKind, Bound[]>();
  for (const attempt of attempts) {
    const kind = options.catalog.get(attempt.way.kind);
    const spec = boundSpec(attempt.way, options.catalog);
    if (kind === undefined || spec === undefined) {
      outcomes.set(attempt, failed(attempt, "indescribable", "its kind does not take its name"));
    } else byKind.set(kind, [...(byKind.get(kind) ?? []), { attempt, spec }]);
  }
  for (const [kind, bound] of byKind) {
    throwIfAborted(signal);
    const host = options.ports.readerFor(kind);
    for (const [attempt, outcome] of await observeKind(kind, bound, { host, ...options }, signal)) {
      outcomes.set(attempt, outcome);
    }
  }
  return outcomes;
}

async function observeKind(
  kind: AnyKind,
  bound: readonly Bound[],
  { host, log }: { readonly host: HostReader; readonly log: Log },
  signal: AbortSignal,
): Promise<readonly (readonly [Attempt, Outcome])[]> {
  const context: ReadContext = { host, signal, log };
  const specs = bound.map(({ spec }) => spec);
  try {
    const snapshot = await kind.snapshot?.(specs, context);
    return await Promise.all(
      bound.map(async ({ attempt, spec }) => {
        const found = await observeOne(kind, spec, { ...context, snapshot });
        return [attempt, outcomeOf(attempt, { kind, spec, found })] as const;
      }),
    );
  } catch (error) {
    throwIfAborted(signal);
    const { message } = toFault(error);
    return bound.map(({ attempt }) => [attempt, failed(attempt, "unreadable", message)] as const);
  }
}

async function observeOne(
  kind: AnyKind,
  spec: unknown,
  context: ReadContext<unknown>,
): Promise<Observation<unknown>> {
  try {
    return await kind.observe(spec, context);
  } catch (error) {
    throwIfAborted(context.signal);
    if (error instanceof Fault) return unknown(error);
    throw error;
  }
}

interface Found {
  readonly kind: AnyKind;
  readonly spec: unknown;
  readonly found: Observation<unknown>;
}

function outcomeOf(attempt: Attempt, { kind, spec, found }: Found): Outcome {
  const isAbsent = kind.isAbsent?.(spec) ?? false;
  if (found.type === "unknown") return failed(attempt, "unreadable", found.fault.message);
  if (found.type === "absent") {
    return isAbsent ? { type: "described", described: attempt.way.input } : { type: "absent" };
  }
  const described = kind.describe?.(spec, found.value);
  if (isJsonObject(described)) return { type: "described", described };
  return failed(attempt, "indescribable", whyIndescribable(kind));
}

function whyIndescribable({ kind }: AnyKind): string {
  const causes = kind === "file" ? ": it is no text, or longer than 64 KiB" : "";
  return `the kind ${kind} cannot write down how it is${causes}`;
}

function failed({ way }: Attempt, reason: LeftOut["reason"], detail: string): Outcome {
  return { type: "failed", leftOut: { reason, what: `${way.kind}:${way.name}`, detail } };
}
