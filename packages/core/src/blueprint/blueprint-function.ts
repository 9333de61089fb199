import { type Blueprint, BLUEPRINT_MARK } from "./blueprint.ts";
import type { Host, KindCatalog } from "./host.ts";
import type { ParameterDefinitions, ParameterValues } from "./parameters.ts";
import type { ResourceRef } from "./resource-ref.ts";

/** What a blueprint may say besides its body. */
export interface BlueprintOptions<Definitions extends ParameterDefinitions> {
  readonly parameters?: Definitions;
  readonly includes?: readonly Blueprint[];
  /** What was declared by this blueprint and no longer is, is deleted where Holdfast made it. Of one that is included it says nothing. Default false. */
  readonly prune?: boolean;
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
  const { parameters = {}, includes = [], prune = false } = options;
  if (typeof prune !== "boolean") throw new TypeError("prune of a blueprint is true or false");
  return { [BLUEPRINT_MARK]: true, name, parameters, includes, ...(prune ? { prune } : {}), run };
}
