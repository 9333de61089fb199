import type { Change, Impact } from "@holdfast/core";

/** What is done to one object. `adopt` and `forget` change the state only, `skip` nothing. */
export type ActionVerb = "create" | "update" | "rename" | "delete" | "adopt" | "forget" | "skip";

/** One step of a plan. */
export interface Action {
  readonly verb: ActionVerb;
  /** The object: unique in its provider and the same in every run. */
  readonly address: string;
  /** What sort of object it is. */
  readonly type: string;
  /** As people know it. */
  readonly name: string;
  /** As the system knows it, where it gives ids. */
  readonly externalId?: string;
  /** The address of the object it belongs to. */
  readonly parent?: string;
  /** Of `rename`: the address it had. */
  readonly from?: string;
  /** What differs. A value of a secret field is never in it. */
  readonly changes: readonly Change[];
  /** What it interrupts or may lose. */
  readonly impact: Impact;
  /** Why, where the verb does not say it: of each `skip`. */
  readonly reason?: string;
  /** Of a `skip`: the object could not be observed. */
  readonly isUnknown?: true;
}

/** How many there are of each. */
export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly rename: number;
  readonly delete: number;
  readonly adopt: number;
  readonly forget: number;
  readonly skip: number;
  /** Of the skips: those that could not be observed. */
  readonly unknown: number;
  /** All actions, skips too. */
  readonly total: number;
  /** Whether anything is to be done; skips do not count. */
  readonly hasChanges: boolean;
}

/** Counts actions (P10). */
export function summarizeActions(actions: readonly Action[]): Summary {
  const count = (verb: ActionVerb): number => actions.filter((each) => each.verb === verb).length;
  const skip = count("skip");
  return {
    create: count("create"),
    update: count("update"),
    rename: count("rename"),
    delete: count("delete"),
    adopt: count("adopt"),
    forget: count("forget"),
    skip,
    unknown: actions.filter(({ isUnknown }) => isUnknown).length,
    total: actions.length,
    hasChanges: actions.length > skip,
  };
}

/** The same actions without one that deletes: each such becomes a skip with the reason. */
export function withoutDeletes(actions: readonly Action[], reason: string): readonly Action[] {
  return actions.map((action) =>
    action.verb === "delete"
      ? { ...action, verb: "skip", changes: [], impact: "none", reason }
      : action,
  );
}
