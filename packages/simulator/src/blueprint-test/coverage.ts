import type { Graph, ResourceId } from "@holdfast/core";
import type { Fact } from "../machine/fact.ts";

/** What happened to one resource in all runs together. */
export interface ResourceCoverage {
  readonly id: ResourceId;
  /** It was applied. */
  applied: number;
  /** It did what a notification asks for. */
  refreshed: number;
  /** What others did to it was put right. */
  repaired: number;
  /** It failed, and was tried again. */
  failed: number;
  /** It was cut off in the middle. */
  cutOff: number;
}

/** Counts what happens to each resource. */
export class Coverage {
  readonly #byId = new Map<ResourceId, ResourceCoverage>();
  /** Runs so far. */
  runs = 0;

  constructor({ resources }: Graph) {
    for (const { id } of resources) {
      this.#byId.set(id, { id, applied: 0, refreshed: 0, repaired: 0, failed: 0, cutOff: 0 });
    }
  }

  get resources(): readonly ResourceCoverage[] {
    return [...this.#byId.values()];
  }

  /** Records one more run. */
  listener(): (fact: Fact) => void {
    this.runs += 1;
    const open = new Set<ResourceId>();
    return (fact) => {
      switch (fact.type) {
        case "begins":
          if (fact.call.verb === "refresh") {
            for (const id of fact.call.ids) this.#count(id, "refreshed");
          }
          if (fact.call.verb !== "apply") return;
          for (const id of fact.call.ids) {
            open.add(id);
            this.#count(id, "applied");
          }
          return;
        case "ends":
          for (const id of fact.call.ids) open.delete(id);
          return;
        case "event":
          if (fact.event.type === "result") this.#countResult(fact.event.result);
          return;
        case "dies":
          if (fact.how !== "stopped") for (const id of open) this.#count(id, "cutOff");
          open.clear();
          return;
        default:
      }
    };
  }

  #countResult({ id, status, cause }: { id: ResourceId; status: string; cause: string }): void {
    if (status === "changed" && cause === "drift") this.#count(id, "repaired");
    if (status === "failed" || status === "unknown") this.#count(id, "failed");
  }

  #count(id: ResourceId, field: Exclude<keyof ResourceCoverage, "id">): void {
    const covered = this.#byId.get(id);
    if (covered !== undefined) covered[field] += 1;
  }
}
