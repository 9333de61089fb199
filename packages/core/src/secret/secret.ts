/** What stands for a secret wherever something is shown, recorded or written for people. */
export const REDACTED = "‹secret›";

/** A text that cannot be shown by accident: whatever turns it into text gets `‹secret›`. Only `plainText` gives it away. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Called only where it is filled into a spec, and where what is shown is searched for it. */
  plainText(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  valueOf(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  /** What `console.log` of Node prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
