import { advice, type Mistake } from "../check/mistake.ts";
import { FACT_NAMES, type Facts } from "../facts.ts";
import { resourceId } from "../id.ts";
import { isJsonObject } from "../json.ts";
import { isBlueprint } from "./blueprint.ts";
import { toPlainData } from "./plain-data.ts";
import type { RecordOptions } from "./recording.ts";
import type { Recorder } from "./recorder.ts";
import type { ResourceRef } from "./resource-ref.ts";
import { isInShard } from "./shard.ts";

/**
 * The host that a body gets. Blueprints are stripped of their types, not checked, before they run: so a field that the
 * host does not have is reported, with the nearest one that it has, instead of being `undefined`.
 */
export function createHost(recorder: Recorder, options: RecordOptions): object {
  const { facts, kinds } = options;
  const host: Record<string, unknown> = {
    os: facts.os,
    facts: knownFacts(recorder, facts),
    inShard: (percent: unknown, salt: unknown) => inShard(recorder, options, percent, salt),
    include: (other: unknown, given?: unknown) => {
      include(recorder, proxy, other, given);
    },
  };
  const elsewhere = new Map<string, string>();
  for (const { kind, platforms } of kinds) {
    const method = camelCase(kind);
    if (platforms.includes(facts.os)) host[method] = declareFunction(recorder, kind);
    else elsewhere.set(method, kind);
  }
  const proxy: object = new Proxy(Object.freeze(host), {
    get: (target, field): unknown => {
      if (typeof field === "symbol" || field in target || SILENT.includes(field)) {
        return Reflect.get(target, field);
      }
      const kind = elsewhere.get(field);
      if (kind !== undefined) return absentKind(recorder, kind, options);
      return unknownField(recorder, field, Object.keys(host));
    },
  });
  return proxy;
}

/**
 * The facts that a body gets. A misspelt one would be `undefined`, like a fact that this machine does not have, and the
 * blueprint would go on with it. What is asked here is only what the facts themselves do not have, so they can be copied.
 */
function knownFacts(recorder: Recorder, facts: Facts): object {
  const names = [...new Set([...FACT_NAMES, ...Object.keys(facts)])];
  const others: object = new Proxy(Object.prototype, {
    get: (target, name, receiver): unknown => {
      const isKnown =
        typeof name === "symbol" || name in target || [...SILENT, ...names].includes(name);
      if (!isKnown) unknownFact(recorder, name, names);
      return Reflect.get(target, name, receiver);
    },
  });
  const known = { ...facts };
  Object.setPrototypeOf(known, others);
  return Object.freeze(known);
}

function unknownFact(recorder: Recorder, name: string, names: readonly string[]): void {
  const detail = `There is no fact "${name}". ${advice(name, names)}`;
  recorder.report(`host.facts.${name}`, { summary: "Unknown fact", detail });
}

/** Asked for by the language itself, of any object. */
const SILENT = ["then", "toJSON"];

/** The name of a kind's method: `json-field` is `jsonField`. */
function camelCase(kind: string): string {
  return kind.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

type Declare = (name: unknown, spec?: unknown, meta?: unknown) => ResourceRef;

function declareFunction(recorder: Recorder, kind: string): Declare {
  return (name, spec, meta) => recorder.declare(kind, name, spec, meta);
}

function absentKind(recorder: Recorder, kind: string, { facts, kinds }: RecordOptions): Declare {
  return (name, spec, meta) => {
    const platforms = kinds.find((offered) => offered.kind === kind)?.platforms.join(", ");
    const where = platforms === "" ? "nowhere" : `on ${platforms}`;
    const detail = `The kind ${kind} exists ${where}, and this is ${facts.os}. Ask for host.os first.`;
    const ref = recorder.declare(kind, name, spec, meta);
    recorder.report(ref.id, { summary: "Unknown kind", detail });
    return ref;
  };
}

function unknownField(recorder: Recorder, field: string, fields: readonly string[]): Declare {
  const detail = `A host has no "${field}". ${advice(field, fields)}`;
  recorder.report(`host.${field}`, { summary: "Unknown kind", detail });
  return (name) => ({ id: resourceId(field, String(name)) });
}

function inShard(
  recorder: Recorder,
  { facts, hash }: RecordOptions,
  percent: unknown,
  salt: unknown,
): boolean {
  if (typeof percent !== "number" || Number.isNaN(percent) || typeof salt !== "string") {
    const detail = 'inShard takes a percentage and a salt, e.g. inShard(10, "new-agent").';
    recorder.report("host.inShard", { summary: "Wrong argument", detail });
    return false;
  }
  const stableId = facts.stableId?.value.trim() ?? "";
  if (percent > 0 && percent < 100 && stableId === "") {
    recorder.warn("host.inShard", NO_STABLE_ID);
    return false;
  }
  return isInShard(percent, salt, stableId, { hash });
}

const NO_STABLE_ID: Pick<Mistake, "summary" | "detail"> = {
  summary: "No stable id",
  detail: "This machine has no stable id, so it is in no shard below 100 percent.",
};

function include(recorder: Recorder, host: object, other: unknown, given: unknown): void {
  const { current } = recorder;
  const included = typeof other === "string" ? named(recorder, other) : other;
  if (included === undefined) return;
  if (current === undefined || !isBlueprint(included)) {
    const detail =
      "include takes a blueprint, or the name of one in the own `includes`, while the body runs.";
    recorder.report("host.include", { summary: "Wrong argument", detail });
    return;
  }
  const mistakes: Mistake[] = [];
  const parameters = toPlainData(given ?? {}, ["parameters"], mistakes);
  for (const mistake of mistakes) recorder.report("host.include", mistake);
  if (mistakes.length > 0) return;
  if (!isJsonObject(parameters)) {
    const detail = `The parameters of ${included.name} are a mapping of names to values.`;
    recorder.report("host.include", { summary: "Wrong argument", detail });
    return;
  }
  recorder.run(included, parameters, host);
}

function named(recorder: Recorder, name: string): unknown {
  const includes = recorder.current?.includes ?? [];
  const found = includes.find((blueprint) => blueprint.name === name);
  if (found === undefined) {
    const names = includes.map((blueprint) => blueprint.name);
    const hint = names.length === 0 ? "This blueprint lists no `includes`." : advice(name, names);
    const detail = `There is no blueprint "${name}" here. ${hint}`;
    recorder.report("host.include", { summary: "Unknown blueprint", detail });
  }
  return found;
}
