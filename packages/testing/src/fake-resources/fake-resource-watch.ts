import type { Fault, HintSink, Watch } from "@holdfast/core";
import type { FakeSpec } from "./fake-resource-spec.ts";

/** The live watch of a world of fakes. */
export class FakeWatch implements Watch {
  readonly sink: HintSink;
  readonly ended: Promise<Fault | undefined>;
  readonly #positions: ReadonlyMap<string, number>;
  readonly #onDispose: () => void;
  #resolve: (fault: Fault | undefined) => void = () => {};

  constructor(specs: readonly FakeSpec[], sink: HintSink, onDispose: () => void) {
    this.sink = sink;
    this.#onDispose = onDispose;
    this.#positions = new Map(specs.map(({ name }, position) => [name, position]));
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  hint(name: string, trigger: string): void {
    const position = this.#positions.get(name);
    if (position !== undefined) this.sink.hint(position, trigger);
  }

  end(fault: Fault | undefined): void {
    this.#resolve(fault);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#onDispose();
    this.end(undefined);
  }
}
