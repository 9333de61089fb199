import { attributesOf } from "../fields/field.ts";
import type { StateContent, StateResource } from "../state/state.ts";
import { addressOf, type LiveObject } from "./object-system.ts";
import { Comparison, type PlanningInput } from "./comparison.ts";

/** What this run has done, by the addresses of now. */
export interface AppliedObjects {
  readonly created: ReadonlySet<string>;
  /** The addresses of before. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** What is to be remembered of what was observed. What is unknown stays as it was known last. */
export function stateOfObjects(
  input: PlanningInput,
  { created, renamed }: AppliedObjects,
): StateContent {
  const known = new Comparison(input);
  const declared = new Map(input.declared.map((each) => [addressOf(each), each]));
  const observed = input.live.objects.map((live): StateContent["resources"][number] => {
    const address = addressOf(live);
    const object = declared.get(address);
    const kept = known.keptAt(renamed.get(address) ?? address);
    const fields = input.sorts[live.type]?.fields ?? {};
    const about = { ...aboutLive(live), ...parentOf(live, known) };
    if (object !== undefined) {
      const origin = created.has(address) ? "created" : (kept?.origin ?? "adopted");
      const values = { live: live.fields, declared: object.fields };
      const attributes = attributesOf(fields, values, input.digest);
      return { ...about, mode: "managed", origin, attributes };
    }
    if (kept?.mode === "managed" && kept.origin === "created") {
      const attributes = attributesOf(fields, { live: live.fields }, input.digest);
      return { ...about, mode: "managed", origin: "created", attributes };
    }
    return { ...about, mode: "unmanaged", attributes: {}, unmanagedReason: "it is not declared" };
  });
  const addresses = new Set(observed.map(({ address }) => address));
  const unknown = (input.state?.resources ?? []).filter(
    ({ address }) => !addresses.has(address) && known.whyUnknown(address) !== undefined,
  );
  return { resources: [...observed, ...unknown].toSorted(byAddress) };
}

function aboutLive(live: LiveObject): Pick<StateResource, "address" | "type" | "name"> {
  const { type, name, externalId } = live;
  const id = externalId === undefined ? {} : { externalId };
  return { address: addressOf(live), type, name, ...id };
}

function parentOf(
  { parent }: LiveObject,
  known: Comparison,
): Pick<StateResource, "parent" | "parentId"> {
  if (parent === undefined) return {};
  const parentId = known.liveAt(parent)?.externalId;
  return { parent, ...(parentId === undefined ? {} : { parentId }) };
}

function byAddress(
  { address: one }: { readonly address: string },
  { address: other }: { readonly address: string },
): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
