import { type Resource, type ResourceId, targetsOf } from "@holdfast/core";
import type { Call, Fact } from "../machine/fact.ts";
import type { World } from "../machine/world.ts";

/** What has happened to one resource, in the numbers of facts and in virtual time. `-1`: never. */
export interface Entry {
  /** Somebody else last changed it. */
  outsideAt: number;
  outsideMs: number;
  /** Its last observation began, and when. */
  observedAt: number;
  observeMs: number;
  /** The observation before its last attempt, or before the first attempt since its last result. */
  attemptAt: number;
  /** An apply of it last began, and a refresh. */
  appliedAt: number;
  refreshedAt: number;
  /** Its last result was reported. */
  resultAt: number;
  resultMs: number;
  /** Something was planned to go wrong with it since the last relief. */
  isSuspect: boolean;
  /** What its status was before the attempt that is under way, or the last one. */
  settledAs: string;
}

/** The order of what happened, by resource: what invariants have in common. */
export class Chronicle {
  readonly #world: World;
  readonly #entries = new Map<ResourceId, Entry>();
  /** Facts so far. */
  now = 0;
  /** When the agent started, when another manifest came, when trouble last began or ended. */
  bootAt = -1;
  declaredAt = -1;
  declaredMs = Number.NEGATIVE_INFINITY;
  troubleAt = -1;
  reliefAt = -1;
  /** When the last of these was, on the virtual clock. */
  calmSinceMs = Number.NEGATIVE_INFINITY;
  stoppingAt = -1;
  /** When somebody last asked for an observation. */
  askedAt = -1;
  /** When a gate last turned, and when on the virtual clock. */
  gateAt = -1;
  gateMs = Number.NEGATIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
  }

  of(id: ResourceId): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const fresh = {
      outsideAt: -1,
      outsideMs: Number.NEGATIVE_INFINITY,
      observedAt: -1,
      observeMs: -1,
      attemptAt: -1,
      appliedAt: -1,
      refreshedAt: -1,
      resultAt: -1,
      resultMs: Number.NEGATIVE_INFINITY,
      isSuspect: false,
      settledAs: "Pending",
    };
    this.#entries.set(id, fresh);
    return fresh;
  }

  hear(fact: Fact): void {
    this.now += 1;
    switch (fact.type) {
      case "begins":
        this.#begin(fact.call);
        break;
      case "event":
        if (fact.event.type === "result") this.#settle(fact.event.result.id);
        break;
      case "outside":
        for (const id of fact.ids) this.#touch(id);
        break;
      case "asked":
        this.askedAt = this.now;
        break;
      case "gate":
        this.gateAt = this.now;
        this.gateMs = this.#world.nowMs;
        break;
      case "trouble":
        this.#trouble(fact.ids);
        break;
      case "relieved":
        this.reliefAt = this.now;
        this.calmSinceMs = this.#world.nowMs;
        for (const entry of this.#entries.values()) entry.isSuspect = false;
        break;
      case "declared":
        this.declaredAt = this.now;
        this.declaredMs = this.#world.nowMs;
        break;
      case "boots":
        this.bootAt = this.now;
        this.calmSinceMs = this.#world.nowMs;
        this.stoppingAt = -1;
        break;
      case "stopping":
        this.stoppingAt = this.now;
        break;
      case "dies":
        for (const entry of this.#entries.values()) entry.settledAs = "Pending";
        break;
      default:
    }
  }

  /** What it directly depends on. */
  dependencies(id: ResourceId): readonly Resource[] {
    const { graph } = this.#world;
    const vertex = graph?.vertexOf(id);
    if (graph === undefined || vertex === undefined) return [];
    return Array.from(targetsOf(graph.dependencies, vertex)).flatMap(
      (target) => graph.resources[target] ?? [],
    );
  }

  /** Everything it depends on, directly or not. */
  ancestors(id: ResourceId, seen = new Set<ResourceId>()): ReadonlySet<ResourceId> {
    for (const dependency of this.dependencies(id)) {
      if (seen.has(dependency.id)) continue;
      seen.add(dependency.id);
      this.ancestors(dependency.id, seen);
    }
    return seen;
  }

  #touch(id: ResourceId): void {
    const entry = this.of(id);
    entry.outsideAt = this.now;
    entry.outsideMs = this.#world.nowMs;
  }

  #observe(ids: readonly ResourceId[]): void {
    for (const id of ids) {
      const entry = this.of(id);
      entry.observedAt = this.now;
      entry.observeMs = this.#world.nowMs;
    }
  }

  #begin({ verb, ids }: Call): void {
    if (verb === "observe" || verb === "snapshot") this.#observe(ids);
    else if (verb === "apply") this.#attempt(ids);
    else for (const id of ids) this.of(id).refreshedAt = this.now;
  }

  /** A batch that failed is tried again one by one, all on the first observation. */
  #attempt(ids: readonly ResourceId[]): void {
    for (const id of ids) {
      const entry = this.of(id);
      entry.appliedAt = this.now;
      if (entry.attemptAt <= entry.resultAt) entry.attemptAt = entry.observedAt;
    }
  }

  #settle(id: ResourceId): void {
    const entry = this.of(id);
    entry.resultAt = this.now;
    entry.resultMs = this.#world.nowMs;
    entry.settledAs = this.#world.process?.status(id)?.type ?? "Pending";
  }

  #trouble(ids: readonly ResourceId[]): void {
    this.troubleAt = this.now;
    this.calmSinceMs = this.#world.nowMs;
    for (const id of ids) this.of(id).isSuspect = true;
  }
}
