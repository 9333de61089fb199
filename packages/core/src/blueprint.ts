/**
 * The part of core that blueprints and the worker which runs them need: the typed SDK and the recorder. It is an entry
 * of its own because a worker must start fast: nothing here imports zod or js-yaml.
 */
export { type Blueprint, isBlueprint } from "./blueprint/blueprint.ts";
export {
  blueprintFor,
  type BlueprintFunction,
  type BlueprintOptions,
  type BodyResult,
} from "./blueprint/blueprint-function.ts";
export type {
  CamelCase,
  DeclareFunction,
  Host,
  HostBasics,
  HostOn,
  IncludeFunction,
  KindCatalog,
  KindTypes,
  Written,
  WrittenMeta,
} from "./blueprint/host.ts";
export {
  type GivenParameters,
  type ParameterDefinition,
  type ParameterDefinitions,
  type ParameterInput,
  type ParameterValue,
  type ParameterValues,
  readParameters,
} from "./blueprint/parameters.ts";
export { recordBlueprint } from "./blueprint/record.ts";
export type {
  OfferedKind,
  RecordedResource,
  Recording,
  RecordOptions,
} from "./blueprint/recording.ts";
export type { ResourceRef } from "./blueprint/resource-ref.ts";
export { secret, type SecretText, text } from "./blueprint/secret-text.ts";
export type { DiskFacts, Facts, InterfaceFacts } from "./facts.ts";
export type { Json, JsonObject } from "./json.ts";
export type { ResourceId } from "./id.ts";
export type { Platform } from "./platform.ts";
