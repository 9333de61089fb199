/**
 * A person's word that a manifest which shrank removes what it lost. It counts for the manifest that is read next, and for as
 * long as no other one is read. A reading that fails uses it up: what is read later may be something that nobody spoke of.
 */
export class ShrinkAllowance {
  #isGiven = false;
  #digest: string | undefined;

  /** `digest` is of the manifest that is read already and may remove what it lost. Default: none. */
  constructor(digest?: string) {
    this.#digest = digest;
  }

  give(): void {
    this.#isGiven = true;
  }

  /** Takes the word when a reading begins. What comes back says whether the manifest that was read is allowed to. */
  take(): (digest: string) => boolean {
    const isGiven = this.#isGiven;
    this.#isGiven = false;
    return (digest) => {
      if (isGiven) this.#digest = digest;
      if (digest !== this.#digest) this.#digest = undefined;
      return this.#digest === digest;
    };
  }
}
