import { simulatedProbes } from "@holdfast/testing";

/** What health checks of random manifests dial. */
export const SERVICES: readonly string[] = ["127.0.0.1:5001", "127.0.0.1:5002"];

/** The services of a machine that somebody stops, and that answer again at the next relief. They outlive the agent. */
export class Services {
  /** How the agent asks them. */
  readonly probes = simulatedProbes();
  readonly #downSinceMs = new Map<string, number>();

  constructor() {
    this.restore();
  }

  get isAnyDown(): boolean {
    return this.#downSinceMs.size > 0;
  }

  /** When it last stopped answering; `undefined` while it answers. */
  downSinceMs(service: string): number | undefined {
    return this.#downSinceMs.get(service);
  }

  /** From now on it refuses, or accepts and says nothing. */
  stop(service: string, how: "refused" | "hang", nowMs: number): void {
    this.probes.answers.set(service, how);
    if (!this.#downSinceMs.has(service)) this.#downSinceMs.set(service, nowMs);
  }

  /** All of them answer. */
  restore(): void {
    this.#downSinceMs.clear();
    for (const service of SERVICES) this.probes.answers.set(service, 1);
  }
}
