import type { Facts } from "../facts.ts";
import type { Platform } from "../platform.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import type { Blueprint } from "./blueprint.ts";
import type { ParameterDefinitions, ParameterInput } from "./parameters.ts";
import type { ResourceRef } from "./resource-ref.ts";
import type { SecretText } from "./secret-text.ts";

/** The kinds of a host by name. Only their types are used: a kind's second argument of `bind` is what authors write. */
export type KindCatalog = Readonly<Record<string, KindTypes>>;

/** The part of a kind that the types here are derived from. */
export interface KindTypes {
  readonly support: { readonly platforms: readonly Platform[] };
  bind(name: string, input: never, report: never): unknown;
}

/**
 * The machine that a blueprint declares resources for. It has a method for every kind of its platform (`json-field` is
 * `jsonField`), so a kind that exists only on Linux can be named after `host.os === "linux"` only.
 */
export type Host<Kinds extends KindCatalog> = {
  [Os in Platform]: HostOn<Kinds, Os>;
}[Platform];

/** A host of one platform. */
export type HostOn<Kinds extends KindCatalog, Os extends Platform> = HostBasics<Os> & {
  readonly [Kind in keyof Kinds & string as Os extends PlatformOf<Kinds[Kind]>
    ? CamelCase<Kind>
    : never]: DeclareFunction<InputOf<Kinds[Kind]>>;
};

/** What every host has besides its kinds. */
export interface HostBasics<Os extends Platform> {
  readonly os: Os;
  readonly facts: Facts;
  /**
   * Tells whether this machine is among `percent` of all: never at 0 or below, always at 100 or above. The same
   * machines at every call with one salt. False, with a warning, on a machine without a stable id.
   */
  inShard(percent: number, salt: string): boolean;
  readonly include: IncludeFunction;
}

/** Declares what another blueprint declares: one given as a value, or by name one of the own `includes`. */
export interface IncludeFunction {
  <Definitions extends ParameterDefinitions>(
    blueprint: Blueprint<Definitions>,
    ...parameters: Record<never, never> extends ParameterInput<Definitions>
      ? [ParameterInput<Definitions>?]
      : [ParameterInput<Definitions>]
  ): undefined;
  (name: string, parameters?: Readonly<Record<string, unknown>>): undefined;
}

/** Declares one resource. The spec may be left out where no field is required. */
export type DeclareFunction<Input> =
  Record<never, never> extends Input
    ? (name: string, spec?: Written<Input>, meta?: WrittenMeta) => ResourceRef
    : (name: string, spec: Written<Input>, meta?: WrittenMeta) => ResourceRef;

/**
 * A spec as code may write it: a field called `mode` takes a number (`0o644`) where it takes octal text, and any text may
 * hold secrets as far as the types know: which fields really can, their kind says.
 */
export type Written<Value> = Value extends string | number | boolean | null | undefined
  ? string extends Value
    ? Value | SecretText
    : Value
  : Value extends readonly (infer Entry)[]
    ? readonly Written<Entry>[]
    : {
        readonly [Field in keyof Value]: Field extends "mode"
          ? Written<Value[Field]> | (string extends Value[Field] ? number : never)
          : Written<Value[Field]>;
      };

/** `meta` as code may write it: others are named by what declaring them returned, or by id. */
export type WrittenMeta = Omit<ResourceMeta, "dependsOn" | "notify"> & {
  readonly dependsOn?: readonly (ResourceRef | string)[];
  readonly notify?: readonly (ResourceRef | string)[];
};

type PlatformOf<Kind extends KindTypes> = Kind["support"]["platforms"][number];

type InputOf<Kind extends KindTypes> = Kind extends {
  bind(name: string, input: infer Input, ...rest: never[]): unknown;
}
  ? Input
  : never;

/** The name of a kind's method on the host. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;
