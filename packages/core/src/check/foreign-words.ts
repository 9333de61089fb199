import type { FieldPath } from "./field-path.ts";
import type { Mistake } from "./mistake.ts";

/**
 * The words of other tools, and what they are called here. A reading gets them only after one that found mistakes, so
 * that who makes none does not load them.
 */
export interface ForeignWords {
  /** What to write instead; `undefined` when another tool has no such word either. */
  adviceFor(slip: ForeignSlip): ForeignAdvice | undefined;
  /** What a file is that is no manifest at all, such as a playbook; `undefined` when it is not known. */
  otherLanguage(text: string, documents: readonly unknown[]): OtherLanguage | undefined;
  /** Likewise by the ending of its name, such as `.pp`. */
  languageOfEnding(ending: string): OtherLanguage | undefined;
}

/** What to write instead of a word. */
export interface ForeignAdvice {
  /** Whole sentences. */
  readonly text: string;
  /** What the mistake is called then. Default: as before. */
  readonly summary?: string;
}

/** A mistake that may be a word of another tool. */
export interface ForeignSlip {
  readonly summary: string;
  /** From the resource on, e.g. `["spec", "src"]`; from the document on, where `kind` is `undefined`. */
  readonly path: FieldPath;
  /** Of the resource, as written. */
  readonly kind: string | undefined;
  /** What stands at the path; for a field that does not exist, its value. */
  readonly value: unknown;
}

/** A file of another tool. */
export interface OtherLanguage {
  /** A noun with its article: `an Ansible playbook`. */
  readonly name: string;
  /** What to write instead, as whole sentences. */
  readonly advice: string;
}

/** A mistake with the advice for the word of another tool in it, instead of its own. */
export function withForeignAdvice(
  mistake: Mistake,
  words: ForeignWords | undefined,
  where: Pick<ForeignSlip, "kind" | "value">,
): Mistake {
  const { path, summary, finding = mistake.detail } = mistake;
  const advice = words?.adviceFor({ summary, path, ...where });
  if (advice === undefined) return mistake;
  return { path, summary: advice.summary ?? summary, detail: `${finding} ${advice.text}` };
}
