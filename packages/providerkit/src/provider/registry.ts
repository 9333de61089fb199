import { assert, Fault, KIND_NAME, nearest } from "@holdfast/core";
import type { Provider } from "./provider.ts";

/** The providers that a program knows, by type (P10). */
export class Registry {
  readonly #providers = new Map<string, Provider>();

  /**
   * Adds a provider.
   * @throws {Error} when its type is taken, or is not made of lower-case words joined by hyphens.
   */
  register(provider: Provider): void {
    assert(!this.has(provider.type), `a provider of type ${provider.type} is registered already`);
    this.upsert(provider);
  }

  /** Adds a provider, or replaces the one of its type. */
  upsert(provider: Provider): void {
    assert(KIND_NAME.test(provider.type), `${provider.type} is not words-joined-by-hyphens`);
    this.#providers.set(provider.type, provider);
  }

  /** @throws {Fault} NotFound, when there is none of that type. */
  get(type: string): Provider {
    const provider = this.#providers.get(type);
    if (provider !== undefined) return provider;
    throw new Fault({
      reason: "NotFound",
      message: `there is no provider of type ${type}`,
      resolution: adviceFor(type, this.types),
    });
  }

  has(type: string): boolean {
    return this.#providers.has(type);
  }

  /** All of them, sorted by type. */
  list(): readonly Provider[] {
    return this.types.map((type) => this.get(type));
  }

  /** The types, sorted. */
  get types(): readonly string[] {
    return [...this.#providers.keys()].toSorted();
  }

  /** Forgets all, for tests. */
  reset(): void {
    this.#providers.clear();
  }
}

/** What to write instead of a type that does not exist. */
export function adviceFor(type: string, types: readonly string[]): string {
  const near = nearest(type, types);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return types.length === 0 ? "No provider is registered." : `There are: ${types.join(", ")}.`;
}
