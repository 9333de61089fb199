import type { CommandOutput, ResourceId, Result } from "@holdfast/core";

/** Characters of all outputs together: some thirty of full length, or thousands of usual ones. */
const MAX_CHARACTERS = 4_194_304;

/** The output of the last command of each resource, as long as there is room: then the oldest go. */
export class KeptOutputs {
  readonly #byId = new Map<ResourceId, CommandOutput>();
  #characters = 0;

  /** Keeps this instead of the output before; an empty one too, which says that the command wrote nothing. */
  keep(id: ResourceId, { stdout, stderr, isTruncated }: CommandOutput): void {
    this.forget(id);
    this.#byId.set(id, { stdout, stderr, isTruncated });
    this.#characters += stdout.length + stderr.length;
    for (const oldest of this.#byId.keys()) {
      if (this.#characters <= MAX_CHARACTERS) return;
      this.forget(oldest);
    }
  }

  /** `undefined` when nothing is kept. */
  of(id: ResourceId): CommandOutput | undefined {
    return this.#byId.get(id);
  }

  /** A result with the output of its command. What is kept for a run without an attempt is of an earlier run. */
  joinedTo(result: Result): Result {
    const isOfAttempt = result.status === "changed" || result.status === "failed";
    const output = isOfAttempt ? this.of(result.id) : undefined;
    return output === undefined ? result : { ...result, output };
  }

  /** Drops it: something else is done, or the resource is gone. */
  forget(id: ResourceId): void {
    const kept = this.#byId.get(id);
    if (kept === undefined) return;
    this.#byId.delete(id);
    this.#characters -= kept.stdout.length + kept.stderr.length;
  }
}
