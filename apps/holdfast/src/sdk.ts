/**
 * What a blueprint imports: `import { blueprint } from "holdfast"`.
 *
 * The catalog of kinds is here as types only. A blueprint is compiled in a thread that starts for it alone, and that
 * thread loads neither a kind nor a validator.
 */
import {
  type BlueprintFunction,
  blueprintFor,
  type HostOn,
  type Platform,
} from "@holdfast/core/blueprint";
import type { standardKinds } from "@holdfast/resources";

/** The kinds that come with Holdfast, by name. */
export type StandardKinds = typeof standardKinds;

/**
 * Declares a blueprint: `blueprint(name, body)`, or `blueprint(name, { parameters, includes }, body)`. The body gets a
 * host with a method for every kind that exists on its platform.
 */
export const blueprint: BlueprintFunction<StandardKinds> = blueprintFor();

/**
 * The host that a body gets, for functions that several blueprints share: `function banner(host: Host<"linux">)` has the
 * kinds of Linux. Without a platform it is what a body begins with, before it asks for `host.os`.
 */
export type Host<Os extends Platform = Platform> = {
  [Each in Os]: HostOn<StandardKinds, Each>;
}[Os];

export { secret, text } from "@holdfast/core/blueprint";
export type {
  Blueprint,
  BlueprintOptions,
  DiskFacts,
  Facts,
  InterfaceFacts,
  Json,
  JsonObject,
  ParameterDefinition,
  ParameterDefinitions,
  ParameterValues,
  ResourceId,
  ResourceRef,
  SecretText,
  WrittenMeta,
} from "@holdfast/core/blueprint";
