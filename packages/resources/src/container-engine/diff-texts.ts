import { type Change, change } from "@holdfast/core";

/** Only what is declared is compared: engines add labels and options of their own. */
export function diffTexts(
  field: string,
  declared: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): readonly Change[] {
  return Object.entries(declared)
    .filter(([name, value]) => found[name] !== value)
    .map(([name, value]) => change(`${field}.${name}`, found[name], value));
}
