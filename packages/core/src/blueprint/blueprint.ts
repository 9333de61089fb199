import type { ParameterDefinitions } from "./parameters.ts";

/** A function of facts and parameters that declares resources. Made by `blueprint`, run by `recordBlueprint`. */
export interface Blueprint<Definitions extends ParameterDefinitions = ParameterDefinitions> {
  readonly [BLUEPRINT_MARK]: true;
  readonly name: string;
  readonly parameters: Definitions;
  /** Those that its body may include by name. */
  readonly includes: readonly Blueprint[];
  /** What left it is deleted. Default false. */
  readonly prune?: true;
  /** The body; called by the recorder only, with a host of the right kinds. */
  run(host: unknown, parameters: unknown): unknown;
}

/** Marks blueprints for all copies of this code: a blueprint file may import another copy than the one that runs it. */
export const BLUEPRINT_MARK: unique symbol = Symbol.for("holdfast.blueprint");

/** Tells whether a value is a blueprint, also one made by another copy of this code. */
export function isBlueprint(value: unknown): value is Blueprint {
  return typeof value === "object" && value !== null && BLUEPRINT_MARK in value;
}
