import type { PackageCandidate } from "@holdfast/core";
import type { PackageBackend } from "./package-backend.ts";
import { noName } from "./package-faults.ts";

/** Of what is asked again and again, so much is kept. */
const MOST_NAMES = 5_000;

/** Answers about candidates, kept until lists, sources, preferences or the database change. */
export class CandidateCache {
  readonly #backend: Pick<PackageBackend, "query" | "stamp" | "namePattern">;
  #stamp: string | undefined;
  #known = new Map<string, PackageCandidate | undefined>();

  constructor(backend: Pick<PackageBackend, "query" | "stamp" | "namePattern">) {
    this.#backend = backend;
  }

  /** Asks in one call for all that is not known. @throws {Fault} InputInvalid, and what `query` throws. */
  async find(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, PackageCandidate>> {
    for (const name of names) if (!this.#backend.namePattern.test(name)) throw noName(name);
    const sources = await this.#backend.stamp("sources", signal);
    const stamp = `${sources}\n${await this.#backend.stamp("database", signal)}`;
    if (stamp !== this.#stamp || this.#known.size > MOST_NAMES) this.#known = new Map();
    this.#stamp = stamp;
    const known = this.#known;
    const missing = [...new Set(names)].filter((name) => !known.has(name));
    if (missing.length > 0) {
      const found = await this.#backend.query(missing, signal);
      for (const name of missing) known.set(name, found.get(name));
    }
    const answer = new Map<string, PackageCandidate>();
    for (const name of names) {
      const candidate = known.get(name);
      if (candidate !== undefined) answer.set(name, candidate);
    }
    return answer;
  }
}
