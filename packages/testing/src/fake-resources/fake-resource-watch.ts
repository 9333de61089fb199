import type { Fault, HintSink, KindWatch, WatchChanges } from "@holdfast/core";
import type { FakeSpec } from "./fake-resource-spec.ts";

/** The live watch of a world of fakes. */
export class FakeWatch implements KindWatch<FakeSpec> {
  readonly sink: HintSink;
  readonly ended: Promise<Fault | undefined>;
  readonly #positions = new Map<string, number>();
  readonly #onDispose: () => void;
  #resolve: (fault: Fault | undefined) => void = () => {};

  constructor(specs: readonly FakeSpec[], sink: HintSink, onDispose: () => void) {
    this.sink = sink;
    this.#onDispose = onDispose;
    for (const [position, { name }] of specs.entries()) this.#positions.set(name, position);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  hint(name: string, trigger: string): void {
    const position = this.#positions.get(name);
    if (position !== undefined) this.sink.hint(position, trigger);
  }

  async update({ removed, added }: WatchChanges<FakeSpec>): Promise<void> {
    const gone = new Set(removed);
    for (const [name, position] of this.#positions) {
      if (gone.has(position)) this.#positions.delete(name);
    }
    for (const [position, { name }] of added) this.#positions.set(name, position);
  }

  end(fault: Fault | undefined): void {
    this.#resolve(fault);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#onDispose();
    this.end(undefined);
  }
}
