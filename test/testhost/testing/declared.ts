import assert from "node:assert/strict";
import {
  type Blueprint,
  type Facts,
  type GivenParameters,
  isJsonObject,
  type JsonObject,
  recordBlueprint,
  type ResourceId,
  resourceId,
} from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import { standardKinds } from "@holdfast/resources";

/** One resource of a blueprint, as a test sees it. */
export interface Declared {
  readonly id: ResourceId;
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
  readonly tags: readonly string[];
}

/** A field of a spec as text. */
export function textOf({ id, spec }: Declared, field: string): string {
  const value = spec[field];
  assert.ok(typeof value === "string" || typeof value === "number", `${id} has no ${field}`);
  return String(value);
}

/** A Debian server. */
const FACTS: Facts = {
  os: "linux",
  distro: "debian",
  distroVersion: "12",
  kernel: "6.1",
  arch: "x64",
  hostname: "debian",
  cpuCount: 1,
  memoryBytes: 1,
  addresses: [],
  interfaces: [],
  disks: [],
  custom: {},
  packageBackend: "apt-get",
  init: "systemd",
};

/** What a blueprint declares on a Debian server. */
export function declaredBy(blueprint: Blueprint, parameters: GivenParameters): readonly Declared[] {
  const { declared, diagnostics } = recordBlueprint(blueprint, {
    facts: FACTS,
    parameters,
    kinds: Object.values(standardKinds).map(({ kind, support }) => ({ kind, ...support })),
    hash: sha256,
    locate: () => undefined,
  });
  assert.deepEqual(diagnostics, []);
  return declared.map(({ kind, name, spec, meta }) => {
    assert.ok(isJsonObject(spec) && isJsonObject(meta));
    const { tags = [] } = meta;
    assert.ok(Array.isArray(tags));
    return { id: resourceId(kind, name), kind, name, spec, tags: tags.map(String) };
  });
}
