/**
 * `@holdfast/core/foreign-words`: what a reading of a manifest may ask about the words of other tools, and what who
 * answers needs to know. Apart from the rest, because nothing of it is needed where a manifest has no mistakes.
 */
export { META_FIELDS } from "./check/check-meta.ts";
export type {
  ForeignAdvice,
  ForeignSlip,
  ForeignWords,
  OtherLanguage,
} from "./check/foreign-words.ts";
