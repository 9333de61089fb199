import type { Change } from "../change.ts";
import type { FaultData } from "../fault/fault.ts";
import type { Json } from "../json.ts";
import { REDACTED, type Secret } from "../secret/secret.ts";
import { formsOf } from "./secret-forms.ts";

/** Secrets that are searched for at once; of more, the oldest are forgotten. */
const MAX_SECRETS = 10_000;
/** What a text that was made shorter to be shown ends with. */
const CUT = "…";

/**
 * Replaces what is known to be secret in texts that leave: each secret as it is and in the forms in which programs print
 * it. It is the second line: fields that hold secrets are never shown at all. O(secrets × text).
 */
export class Redaction {
  readonly #forms = new Map<string, readonly string[]>();

  /** Adds secrets; those of before stay known, because what they were may still be on the machine. */
  learn(secrets: Iterable<Secret>): void {
    for (const secret of secrets) {
      const text = secret.plainText();
      // It would be in every text.
      if (text === "") continue;
      this.#forms.delete(text);
      this.#forms.set(text, formsOf(text));
    }
    for (const oldest of this.#forms.keys()) {
      if (this.#forms.size <= MAX_SECRETS) break;
      this.#forms.delete(oldest);
    }
  }

  /** True when nothing is secret. */
  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  /** The text with `‹secret›` for every secret in it; of overlapping ones, for all of them together. */
  text(text: string): string {
    if (this.#forms.size === 0 || text === "") return text;
    return replaceAt(text, this.#rangesIn(text));
  }

  /** The same for a text whose end was cut off: what may be the beginning of a secret there goes too. */
  cutText(text: string): string {
    const clean = this.text(text);
    let longest = 0;
    for (const forms of this.#forms.values()) {
      for (const form of forms) longest = Math.max(longest, overlap(clean, form));
    }
    return longest === 0 ? clean : clean.slice(0, clean.length - longest) + REDACTED;
  }

  /** The same for a text whose beginning was cut off: what may be the end of a secret there goes too. */
  endOfText(text: string): string {
    const clean = this.text(text);
    let longest = 0;
    for (const forms of this.#forms.values()) {
      for (const form of forms) longest = Math.max(longest, overlapAtStart(clean, form));
    }
    return longest === 0 ? clean : REDACTED + clean.slice(longest);
  }

  /** The same for every text in plain data, those that were cut off with `…` too; names of fields stay. */
  json(value: Json): Json {
    if (this.#forms.size === 0) return value;
    if (typeof value === "string") return this.#shortened(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((inner: Json) => this.json(inner));
    const fields = Object.entries(value as Readonly<Record<string, Json | undefined>>);
    return Object.fromEntries(
      fields.flatMap(([field, inner]) => (inner === undefined ? [] : [[field, this.json(inner)]])),
    );
  }

  /** The same for the words of a fault. */
  fault(fault: FaultData): FaultData {
    if (this.#forms.size === 0) return fault;
    const { message, resolution } = fault;
    return { ...fault, message: this.text(message), resolution: this.text(resolution) };
  }

  /** The same for the values of changes. */
  changes(changes: readonly Change[]): readonly Change[] {
    if (this.#forms.size === 0) return changes;
    return changes.map((change) => {
      const { from, to } = change;
      return {
        ...change,
        ...(from === undefined ? {} : { from: this.json(from) }),
        ...(to === undefined ? {} : { to: this.json(to) }),
      };
    });
  }

  #shortened(text: string): string {
    return text.endsWith(CUT) ? this.cutText(text.slice(0, -CUT.length)) + CUT : this.text(text);
  }

  #rangesIn(text: string): Range[] {
    const ranges: Range[] = [];
    for (const forms of this.#forms.values()) {
      for (const form of forms) {
        for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
          ranges.push({ start: at, end: at + form.length });
        }
      }
    }
    return ranges;
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function replaceAt(text: string, ranges: readonly Range[]): string {
  let shown = "";
  let done = 0;
  for (const { start, end } of ranges.toSorted((one, other) => one.start - other.start)) {
    if (end <= done) continue;
    if (start >= done) shown += text.slice(done, start) + REDACTED;
    done = end;
  }
  return shown + text.slice(done);
}

/** The longest beginning of the text that a form ends with. */
function overlapAtStart(text: string, form: string): number {
  for (let length = Math.min(text.length, form.length - 1); length > 0; length--) {
    if (form.endsWith(text.slice(0, length))) return length;
  }
  return 0;
}

/** The longest end of the text that a form begins with. */
function overlap(text: string, form: string): number {
  for (let length = Math.min(text.length, form.length - 1); length > 0; length--) {
    if (form.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
