import { mistakeDiagnostic, type Mistake } from "../check/mistake.ts";
import { isPlainName, NAME_RULE, showName } from "../check/name.ts";
import type { Diagnostic } from "../fault/diagnostic.ts";
import { type ResourceId, resourceId } from "../id.ts";
import type { Blueprint } from "./blueprint.ts";
import { type GivenParameters, readParameters } from "./parameters.ts";
import { toPlainData } from "./plain-data.ts";
import type { RecordedResource, RecordOptions } from "./recording.ts";
import type { ResourceRef } from "./resource-ref.ts";

/** Collects what blueprints declare while they run, and knows which of them is running. */
export class Recorder {
  readonly declared: RecordedResource[] = [];
  readonly diagnostics: Diagnostic[] = [];
  /** Of the outermost blueprint. */
  prune?: true;
  readonly #locate: RecordOptions["locate"];
  /** The innermost last; empty before and after. */
  readonly #running: Blueprint[] = [];

  constructor({ locate }: Pick<RecordOptions, "locate">) {
    this.#locate = locate;
  }

  /** The blueprint whose body is running; `undefined` after it returned. */
  get current(): Blueprint | undefined {
    return this.#running.at(-1);
  }

  /** Runs a body to its end, whatever it does. */
  run(blueprint: Blueprint, given: GivenParameters, host: unknown): void {
    if (this.#running.includes(blueprint)) {
      this.report(`blueprint ${blueprint.name}`, cycle([...this.#running, blueprint]));
      return;
    }
    const parameters = readParameters(blueprint.parameters, given);
    this.diagnostics.push(...parameters.diagnostics.map((found) => this.#located(found)));
    if (parameters.value === undefined) return;
    if (this.#running.length === 0 && blueprint.prune === true) this.prune = true;
    this.#running.push(blueprint);
    try {
      const result = blueprint.run(host, parameters.value);
      if (isThenable(result)) this.report(`blueprint ${blueprint.name}`, asynchronous(blueprint));
    } catch (error) {
      this.#reportThrown(blueprint, error);
    } finally {
      this.#running.pop();
    }
  }

  /** Records one resource. */
  declare(kind: string, name: unknown, spec: unknown, meta: unknown): ResourceRef {
    const id = resourceId(kind, typeof name === "string" ? name : String(name));
    if (this.current === undefined) this.report(id, tooLate(id));
    const mistakes: Mistake[] = [];
    if (typeof name !== "string" || !isPlainName(name)) mistakes.push(wrongName(name));
    const plainSpec = toPlainData(spec ?? {}, ["spec"], mistakes);
    const plainMeta = toPlainData(withIds(meta ?? {}), ["meta"], mistakes);
    const location = this.#locate();
    if (mistakes.length === 0 && typeof name === "string") {
      const resource = { kind, name, spec: plainSpec, meta: plainMeta };
      this.declared.push(location === undefined ? resource : { ...resource, location });
    }
    for (const mistake of mistakes)
      this.diagnostics.push(mistakeDiagnostic(mistake, showName(id), location));
    return Object.freeze({ id });
  }

  /** Adds an error at the place of the call. */
  report(address: string, { summary, detail }: Pick<Mistake, "summary" | "detail">): void {
    const mistake = { path: [], summary, detail };
    this.diagnostics.push(mistakeDiagnostic(mistake, showName(address), this.#locate()));
  }

  /** Adds a warning at the place of the call, once for each detail. */
  warn(address: string, { summary, detail }: Pick<Mistake, "summary" | "detail">): void {
    if (this.diagnostics.some((known) => known.detail === detail)) return;
    this.diagnostics.push(this.#located({ severity: "warning", address, summary, detail }));
  }

  #located(diagnostic: Diagnostic): Diagnostic {
    const location = this.#locate();
    return location === undefined ? diagnostic : { ...diagnostic, location };
  }

  #reportThrown(blueprint: Blueprint, thrown: unknown): void {
    const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    const detail = `${blueprint.name} threw ${what}`;
    const mistake = { path: [], summary: "Blueprint failed", detail };
    const address = `blueprint ${blueprint.name}`;
    this.diagnostics.push(mistakeDiagnostic(mistake, address, this.#locate(thrown)));
  }
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

/** References among `dependsOn` and `notify`, replaced by their ids; everything else is left to be checked. */
function withIds(meta: unknown): unknown {
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return meta;
  const copy: Record<string, unknown> = { ...meta };
  for (const field of ["dependsOn", "notify"]) {
    const written = copy[field];
    if (Array.isArray(written)) copy[field] = Array.from(written, idOf);
  }
  return copy;
}

function idOf(reference: unknown): unknown {
  const isReference = typeof reference === "object" && reference !== null && "id" in reference;
  return isReference ? reference.id : reference;
}

type Report = Pick<Mistake, "summary" | "detail">;

function cycle(path: readonly Blueprint[]): Report {
  const names = path.map((blueprint) => blueprint.name).join(" includes ");
  return { summary: "Include cycle", detail: `${names}. Take one of them out.` };
}

function asynchronous({ name }: Blueprint): Report {
  const detail = `${name} returned a promise. A blueprint does not wait: take away "async".`;
  return { summary: "Asynchronous blueprint", detail };
}

function tooLate(id: ResourceId): Report {
  const detail = `${id} was declared after the blueprint had returned. Declare everything before that.`;
  return { summary: "Declared too late", detail };
}

function wrongName(name: unknown): Mistake {
  const shown = typeof name === "string" ? JSON.stringify(name) : String(name);
  const detail = `name must be ${NAME_RULE}, but is ${shown}.`;
  return { path: ["name"], summary: "Wrong name", detail };
}
