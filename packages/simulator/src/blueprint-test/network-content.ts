import { type AnyKind, isJsonObject, type JsonObject, type Resource } from "@holdfast/core";
import type { Desired } from "../machine/desired.ts";
import type { Assumptions } from "./assumptions.ts";

/**
 * The same desired state with stand-ins for what a test lacks: the network, secrets, and what conditions wait for.
 */
export function withStandIns(
  desired: Desired,
  kinds: readonly AnyKind[],
  assumptions: Assumptions,
): Desired {
  const resources = desired.graph.resources.map((resource) => {
    const free = withoutHealth(withoutCondition(resource, assumptions), assumptions);
    if (free.references !== undefined) return withoutSecrets(free, assumptions);
    const url = urlOf(free);
    if (url === undefined) return free;
    assumptions.assume(free.id, `the content of ${url}`);
    return standIn(free, kinds, url);
  });
  return { ...desired, graph: { ...desired.graph, resources } };
}

/** The test writes the stand-ins for its secrets in its spec. */
function withoutSecrets(resource: Resource, assumptions: Assumptions): Resource {
  const { references = [], ...others } = resource;
  const paths = references.flatMap(({ secrets }) => secrets);
  assumptions.assume(resource.id, `what the secrets say: ${[...new Set(paths)].join(", ")}`);
  return others;
}

/** A fresh machine has none of what a condition asks for; that it holds is taken for granted. */
function withoutCondition(resource: Resource, assumptions: Assumptions): Resource {
  const { condition, ...meta } = resource.meta;
  if (condition === undefined) return resource;
  assumptions.assume(resource.id, "that its conditions hold");
  return { ...resource, meta };
}

/** Nothing runs on a fresh machine that could be asked how it is. */
function withoutHealth(resource: Resource, assumptions: Assumptions): Resource {
  const { health, ...meta } = resource.meta;
  if (health === undefined) return resource;
  assumptions.assume(resource.id, "that it is healthy");
  return { ...resource, meta };
}

function urlOf({ input }: Resource): string | undefined {
  const from = isJsonObject(input) ? input["contentFrom"] : undefined;
  const url = from !== undefined && isJsonObject(from) ? from["url"] : undefined;
  return typeof url === "string" ? url : undefined;
}

function standIn(resource: Resource, kinds: readonly AnyKind[], url: string): Resource {
  const kind = kinds.find((one) => one.kind === resource.kind);
  if (kind === undefined || !isJsonObject(resource.input)) return resource;
  const { contentFrom: _network, ...others } = resource.input;
  const input: JsonObject = { ...others, content: `what ${url} holds\n` };
  return { ...resource, input, spec: kind.bind(resource.name, input, () => {}) };
}
