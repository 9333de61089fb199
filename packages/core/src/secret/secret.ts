/** What stands for a secret wherever something is shown, recorded or written for people. */
export const CONCEALED = "‹secret›";

/** A text that cannot be shown by accident: whatever turns it into text gets `‹secret›`. Only `reveal` tells it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Called only where it is filled into a spec, and where what is shown is searched for it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return CONCEALED;
  }

  toJSON(): string {
    return CONCEALED;
  }

  valueOf(): string {
    return CONCEALED;
  }

  [Symbol.toPrimitive](): string {
    return CONCEALED;
  }

  /** What `console.log` of Node prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return CONCEALED;
  }
}
