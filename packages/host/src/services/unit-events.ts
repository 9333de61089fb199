import { type Clock, type Fault, parseUnitName } from "@holdfast/core";
import { unlessAborted } from "./systemd/call-limit.ts";
import type { SystemdConnection, SystemdEvent } from "./systemd/systemd-connection.ts";
import type { UnitRow } from "./systemd/systemd-calls.ts";

/** What is waited with. */
export interface UnitEventsOptions {
  readonly connection: SystemdConnection;
  readonly clock: Clock;
  /** The unit as it was before. */
  readonly row: UnitRow;
}

/** Signals may be lost while systemd reloads: then whoever waits observes again after this. */
const PATIENCE_MS = 5_000;

/** What happens to one unit while somebody waits for it. Holds nothing but the results of its jobs. */
export class UnitEvents implements Disposable {
  readonly #options: UnitEventsOptions;
  readonly #results = new Map<string, string>();
  #count = 0;
  #wake = Promise.withResolvers<void>();
  #lost: Fault | undefined;
  #stop: () => void = () => {};

  /**
   * Resolves when nothing of the unit is missed any more.
   * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, Aborted.
   */
  static async listen(options: UnitEventsOptions, signal: AbortSignal): Promise<UnitEvents> {
    const events = new UnitEvents(options);
    events.#stop = await options.connection.listen((event) => events.#take(event), signal);
    return events;
  }

  private constructor(options: UnitEventsOptions) {
    this.#options = options;
  }

  /** How many there were: ask before observing, and wait for more than that after it. */
  get count(): number {
    return this.#count;
  }

  /** How a job ended; `undefined` while it has not, or when that was missed. */
  resultOf(job: string): string | undefined {
    return this.#results.get(job);
  }

  /** Whether a job of somebody else ended meanwhile: what the unit does now is not what this one left. */
  hasOtherThan(job: string): boolean {
    return [...this.#results.keys()].some((each) => each !== job);
  }

  /**
   * Resolves when there was an event beyond the first `count`, or some seconds have passed: observe again then.
   * @throws {Fault} SystemdUnresponsive, when the connection is lost; Aborted.
   */
  async beyond(count: number, signal: AbortSignal, patienceMs = PATIENCE_MS): Promise<void> {
    this.#throwIfLost();
    if (this.#count > count) return;
    const wake = this.#wake.promise;
    const cancel = this.#options.clock.schedule(patienceMs, () => this.#ring());
    await unlessAborted(wake, signal).finally(cancel);
    this.#throwIfLost();
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #throwIfLost(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  #take(event: SystemdEvent): void {
    if (!this.#concerns(event)) return;
    if (event.type === "job") this.#results.set(event.job, event.result);
    if (event.type === "lost") this.#lost = event.fault;
    this.#count += 1;
    this.#ring();
  }

  #concerns(event: SystemdEvent): boolean {
    const { path, name } = this.#options.row;
    switch (event.type) {
      case "unit":
        return event.path === path;
      case "job":
        return event.unit === name;
      case "reload":
        return !event.hasBegun;
      default:
        return event.type !== "files";
    }
  }

  #ring(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

/** Whether it is of the type whose main process systemd watches. */
export function isService(name: string): boolean {
  return parseUnitName(name)?.suffix === "service";
}
