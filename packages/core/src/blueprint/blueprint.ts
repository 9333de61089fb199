import type { Host, KindCatalog } from "./host.ts";
import type { ParameterDefinitions, ParameterValues } from "./parameters.ts";
import type { ResourceRef } from "./resource-ref.ts";

/** A function of facts and parameters that declares resources. Made by `blueprint`, run by `recordBlueprint`. */
export interface Blueprint<Definitions extends ParameterDefinitions = ParameterDefinitions> {
  readonly [MARK]: true;
  readonly name: string;
  readonly parameters: Definitions;
  /** Those that its body may include by name. */
  readonly includes: readonly Blueprint[];
  /** The body; called by the recorder only, with a host of the right kinds. */
  run(host: unknown, parameters: unknown): unknown;
}

/** What a blueprint may say besides its body. */
export interface BlueprintOptions<Definitions extends ParameterDefinitions> {
  readonly parameters?: Definitions;
  readonly includes?: readonly Blueprint[];
}

/** What a body returns: nothing of interest, and never a promise, because a blueprint does not wait. */
export type BodyResult = undefined | void | ResourceRef;

/** `blueprint(name, body)` or `blueprint(name, { parameters, includes }, body)` for a catalog of kinds. */
export interface BlueprintFunction<Kinds extends KindCatalog> {
  (name: string, body: (host: Host<Kinds>) => BodyResult): Blueprint<Record<never, never>>;
  <const Definitions extends ParameterDefinitions = Record<never, never>>(
    name: string,
    options: BlueprintOptions<Definitions>,
    body: (host: Host<Kinds>, parameters: ParameterValues<Definitions>) => BodyResult,
  ): Blueprint<Definitions>;
}

/** The `blueprint` function typed for a catalog of kinds. There is no difference but the types. */
export function blueprintFor<Kinds extends KindCatalog>(): BlueprintFunction<Kinds> {
  return blueprint as BlueprintFunction<Kinds>;
}

/** Tells whether a value is a blueprint, also one made by another copy of this code. */
export function isBlueprint(value: unknown): value is Blueprint {
  return typeof value === "object" && value !== null && MARK in value;
}

/** Shared by all copies: a blueprint file may import another copy than the one that runs it. */
const MARK: unique symbol = Symbol.for("holdfast.blueprint") as never;

type Body = (host: unknown, parameters: unknown) => unknown;

function blueprint(
  name: string,
  optionsOrBody: BlueprintOptions<ParameterDefinitions> | Body,
  body?: Body,
): Blueprint {
  const options = typeof optionsOrBody === "function" ? {} : optionsOrBody;
  const run = typeof optionsOrBody === "function" ? optionsOrBody : body;
  if (typeof name !== "string" || name === "" || typeof run !== "function") {
    throw new TypeError('a blueprint has a name and a body: blueprint("web", (host) => { … })');
  }
  const { parameters = {}, includes = [] } = options;
  return { [MARK]: true, name, parameters, includes, run };
}
