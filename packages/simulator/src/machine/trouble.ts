import { Fault, type ResourceId } from "@holdfast/core";
import type { Verb } from "./fact.ts";

/** What a call of a kind does instead of only its work. */
export type Trouble =
  | { readonly type: "fails"; readonly isForGood: boolean }
  /** The work is done, and then it fails. */
  | { readonly type: "fails late" }
  | { readonly type: "throws" }
  /** Until its signal is aborted. */
  | { readonly type: "hangs" }
  /** Until somebody lets go, whatever its signal says; then the work is done after all. */
  | { readonly type: "hangs on" }
  | { readonly type: "takes"; readonly ms: number }
  /** Succeeds and does nothing. */
  | { readonly type: "does nothing" };

/** The troubles of a world, by verb and resource. */
export class Disturbances {
  readonly #byCall = new Map<string, Trouble>();
  #letGo = Promise.withResolvers<void>();

  /** Resolves at the next relief. */
  get relieved(): Promise<void> {
    return this.#letGo.promise;
  }

  get size(): number {
    return this.#byCall.size;
  }

  set(verb: Verb, id: ResourceId, trouble: Trouble): void {
    this.#byCall.set(`${verb} ${id}`, trouble);
  }

  /** The trouble of the first of these resources that has one. */
  of(verb: Verb, ids: readonly ResourceId[]): Trouble | undefined {
    if (this.#byCall.size === 0) return undefined;
    for (const id of ids) {
      const found = this.#byCall.get(`${verb} ${id}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** No trouble any more; whatever hangs goes on. */
  relieve(): void {
    this.#byCall.clear();
    this.#letGo.resolve();
    this.#letGo = Promise.withResolvers();
  }
}

/** The failure that a trouble brings. */
export function troubleFault(ids: readonly ResourceId[], isForGood: boolean): Fault {
  return new Fault({
    reason: "HostFailed",
    retry: isForGood ? "never" : "backoff",
    message: `the simulated world refuses ${ids.join(", ")}`,
    resolution: "Wait until the world is kind again.",
  });
}
