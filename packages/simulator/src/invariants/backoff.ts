import type { ResourceId } from "@holdfast/core";
import type { Fact } from "../machine/fact.ts";
import type { Court, CreateInvariant, Invariant } from "./invariant.ts";

interface Failing {
  /** Failures in a row at the last result: at most, and at least when news may have begun the count afresh. */
  readonly most: number;
  readonly least: number;
  readonly at: number;
  /** When its last observation began, on the virtual clock. */
  readonly observedMs: number;
  /** The failure was reported. */
  readonly failedAt: number;
  readonly retryAtMs: number | undefined;
  readonly wasUnknown: boolean;
}

/** How far a result may come after its time while nothing is wrong, in milliseconds. */
const LATE_MS = 1_500;

/** Retries come at growing distances up to the cap, never for nothing sooner, and never cease. */
export const backoff: CreateInvariant = (court) => new Backoff(court);

class Backoff implements Invariant {
  readonly proves = "promises 7 and 8, D2, D6";
  readonly #court: Court;
  readonly #failing = new Map<ResourceId, Failing>();

  constructor(court: Court) {
    this.#court = court;
  }

  hear(fact: Fact): void {
    if (fact.type === "dies" || fact.type === "boots") this.#failing.clear();
    if (fact.type === "begins" && fact.call.verb === "apply") {
      for (const id of fact.call.ids) this.#checkTurn(id);
    }
    if (fact.type === "ends") for (const id of fact.call.ids) this.#noteLateEnd(id);
    if (fact.type !== "event" || fact.event.type !== "result") return;
    const { id, status } = fact.event.result;
    if (status === "failed" || status === "unknown") this.#countFailure(id);
    else if (status !== "skipped") this.#failing.delete(id);
    else this.#beginAfresh(id);
  }

  check(): void {
    const { world, chronicle, accuse } = this.#court;
    if (!world.isServing || !world.isCalm) return;
    for (const [id, { retryAtMs, failedAt }] of this.#failing) {
      const { resultAt, appliedAt } = chronicle.of(id);
      const type = world.process?.status(id)?.type;
      if (type !== "Failed" || retryAtMs === undefined) continue;
      // A try that began and has not ended is one.
      if (resultAt > failedAt || appliedAt > failedAt) continue;
      const lateMs = world.nowMs - Math.max(retryAtMs, chronicle.calmSinceMs);
      if (lateMs > LATE_MS) accuse(`${id} failed, should have been tried again, and was not`);
    }
  }

  /** It was held back: when what held it recovers, it starts afresh. */
  #beginAfresh(id: ResourceId): void {
    const before = this.#failing.get(id);
    if (before !== undefined) this.#failing.set(id, { ...before, least: 0 });
  }

  /** Work that had been given up has ended: now is the time to observe its result. */
  #noteLateEnd(id: ResourceId): void {
    const before = this.#failing.get(id);
    const status = this.#court.world.process?.status(id);
    if (before === undefined || status?.type !== "Failed") return;
    this.#failing.set(id, { ...before, least: 0, retryAtMs: undefined });
  }

  #countFailure(id: ResourceId): void {
    const { world, chronicle, accuse } = this.#court;
    const before = this.#failing.get(id);
    const status = world.process?.status(id);
    if (status?.type !== "Failed" && status?.type !== "Unknown") return;
    const { fault, retryAtMs } = status;
    const most = (before?.most ?? 0) + 1;
    const least = before === undefined || this.#hasNews(id, before) ? 1 : before.least + 1;
    if (world.isServing && fault.retry !== "never") {
      if (retryAtMs === undefined) accuse(`${id} failed and is never tried again`);
      else this.#checkDelay(id, retryAtMs - world.nowMs, { most, least });
    }
    const { attemptAt: at, observeMs: observedMs } = chronicle.of(id);
    const wasUnknown = status.type === "Unknown";
    const failedAt = chronicle.now;
    this.#failing.set(id, { most, least, at, observedMs, failedAt, retryAtMs, wasUnknown });
  }

  #checkDelay(
    id: ResourceId,
    delayMs: number,
    { most, least }: { readonly most: number; readonly least: number },
  ): void {
    const { world, accuse } = this.#court;
    const { retryBaseMs = 5_000, retryCapMs = 300_000, attempts = 3 } = world.options.numbers;
    const rate = world.resource(id)?.meta.retry ?? attempts;
    for (let count = least; count <= most; count++) {
      const grownMs = Math.min(retryCapMs, retryBaseMs * 2 ** (count - 1));
      const plainMs = count >= rate ? retryCapMs : grownMs;
      if (delayMs >= plainMs * 0.9 - 1 && delayMs <= plainMs * 1.1 + 1) return;
    }
    accuse(`${id} waits ${Math.round(delayMs)} ms after failure ${most} in a row`);
  }

  /** An attempt while another was planned for later needs news. */
  #checkTurn(id: ResourceId): void {
    const { world, accuse } = this.#court;
    const before = this.#failing.get(id);
    // What could not be seen before and can be now is news in itself.
    if (before?.retryAtMs === undefined || before.wasUnknown || !world.isServing) return;
    if (world.nowMs >= before.retryAtMs - 1e-6 || this.#hasNews(id, before)) return;
    accuse(`${id} is tried again ${Math.round(before.retryAtMs - world.nowMs)} ms too soon`);
  }

  /** Something happened since then that may start it afresh, to it or to what it stands on. */
  #hasNews(id: ResourceId, { at: since, observedMs }: Failing): boolean {
    const { world, chronicle } = this.#court;
    const { coalesceMs = 500 } = world.options.numbers;
    if (chronicle.declaredAt > since || chronicle.askedAt > since) return true;
    // What the old manifest made it depend on may have triggered it within a window, and so during the attempt.
    if (chronicle.declaredMs + 2 * coalesceMs >= observedMs) return true;
    if (chronicle.of(id).outsideAt > since) return true;
    // What it, or something it stands on, waited for may have opened, and triggered it within a window.
    if (chronicle.gateAt > since || chronicle.gateMs + 2 * coalesceMs >= world.nowMs) return true;
    // What shares its lane may have changed the very thing that it failed on.
    const others = [...chronicle.ancestors(id), ...world.laneMates(id)];
    // What it stands on may have proved ready, or no longer be.
    if (others.some((one) => world.resource(one)?.meta.health !== undefined)) return true;
    return others.some((one) => {
      const { outsideAt, resultAt, resultMs } = chronicle.of(one);
      // It may have been triggered within a window, and so after the attempt that followed.
      const isRecent = resultMs + 2 * coalesceMs >= world.nowMs;
      return outsideAt > since || resultAt > since || isRecent;
    });
  }
}
