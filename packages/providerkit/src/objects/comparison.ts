import { change } from "@holdfast/core";
import { changesBetween, changesOfNew, impactOf, type KeyedDigest } from "../fields/field.ts";
import type { Action } from "../provider/action.ts";
import { type State, StateIndex, type StateResource } from "../state/state.ts";
import {
  addressOf,
  type DeclaredObject,
  type LiveObject,
  type LiveObjects,
  type ObjectSort,
} from "./object-system.ts";

/** What planning needs to know. */
export interface PlanningInput {
  readonly declared: readonly DeclaredObject[];
  readonly live: LiveObjects;
  readonly state: State | undefined;
  readonly sorts: Readonly<Record<string, ObjectSort>>;
  readonly digest: KeyedDigest;
}

/** Declared, live and remembered objects side by side. */
export class Comparison {
  readonly #input: PlanningInput;
  readonly #state: StateIndex;
  readonly #live: ReadonlyMap<string, LiveObject>;
  readonly #unknown: ReadonlyMap<string, string>;

  constructor(input: PlanningInput) {
    this.#input = input;
    this.#state = new StateIndex(input.state);
    this.#live = new Map(input.live.objects.map((each) => [addressOf(each), each]));
    const unknown = input.live.unknown ?? [];
    this.#unknown = new Map(unknown.map((each) => [addressOf(each), each.fault.message]));
  }

  liveAt(address: string): LiveObject | undefined {
    return this.#live.get(address);
  }

  keptAt(address: string): StateResource | undefined {
    return this.#state.at(address);
  }

  /** Why nothing is known of an object; `undefined` where it was observed, or is certain to be absent. */
  whyUnknown(address: string): string | undefined {
    const why = this.#unknown.get(address);
    if (why !== undefined || this.#live.has(address)) return why;
    return this.#input.live.isComplete === false ? "not all objects could be listed" : undefined;
  }

  actionsFor(object: DeclaredObject, from: string | undefined): readonly Action[] {
    const address = addressOf(object);
    const why = this.whyUnknown(address);
    if (why !== undefined) return [unknownAction({ ...object, address }, why)];
    const source = from ?? address;
    const live = this.#live.get(source);
    const fields = this.#input.sorts[object.type]?.fields ?? {};
    const about = { ...named(object), address, ...idOf(live) };
    if (live === undefined) {
      return [
        {
          ...about,
          verb: "create",
          changes: [change("state", undefined, "present"), ...changesOfNew(fields, object.fields)],
          impact: "none",
        },
      ];
    }
    const kept = this.#state.at(source);
    const values = {
      declared: object.fields,
      live: live.fields,
      kept: kept?.attributes ?? {},
    };
    const changes = changesBetween(fields, values, this.#input.digest);
    const impact = impactOf(fields, changes);
    if (from !== undefined) {
      const renamed = change("name", live.name, object.name);
      return [{ ...about, verb: "rename", from, changes: [renamed, ...changes], impact }];
    }
    if (changes.length > 0) return [{ ...about, verb: "update", changes, impact }];
    return kept?.mode === "managed"
      ? []
      : [{ ...about, verb: "adopt", changes: [], impact: "none" }];
  }

  /** What left the declaration: deleted where we made it, forgotten where we did not or where it is gone. */
  actionsForGone(resource: StateResource): readonly Action[] {
    const { address, type, name, origin, externalId } = resource;
    const why = this.whyUnknown(address);
    if (why !== undefined) return [unknownAction(resource, why)];
    const about = {
      address,
      type,
      name,
      ...(externalId === undefined ? {} : { externalId }),
      ...(resource.parent === undefined ? {} : { parent: resource.parent }),
    };
    if (origin === "created" && this.#live.has(address)) {
      const changes = [change("state", "present", undefined)];
      return [{ ...about, verb: "delete", changes, impact: "data" }];
    }
    const reason = this.#live.has(address) ? "it was adopted, not created" : "it is gone already";
    return [{ ...about, verb: "forget", changes: [], impact: "none", reason }];
  }
}

function unknownAction(
  {
    address,
    type,
    name,
  }: { readonly address: string; readonly type: string; readonly name: string },
  why: string,
): Action {
  const reason = `it could not be observed: ${why}`;
  return {
    verb: "skip",
    address,
    type,
    name,
    changes: [],
    impact: "none",
    reason,
    isUnknown: true,
  };
}

function named({ type, name, parent }: DeclaredObject): Pick<Action, "type" | "name" | "parent"> {
  return { type, name, ...(parent === undefined ? {} : { parent }) };
}

function idOf(live: LiveObject | undefined): Pick<Action, "externalId"> {
  return live?.externalId === undefined ? {} : { externalId: live.externalId };
}
