import { ABSENT, type Change, change, type Json, type Observation, present } from "@holdfast/core";

/** What a fake is declared to hold. */
export interface FakeInput {
  readonly value: string;
  readonly lane?: string | undefined;
  readonly group?: string | undefined;
}

/** A fake bound to its name. */
export interface FakeSpec extends FakeInput {
  readonly name: string;
  /** It should not be there. Nobody declares that; a removal does. */
  readonly isAbsent?: boolean;
}

/** The one field of a fake, compared. */
export function diffFake(spec: FakeSpec, observed: string | undefined): readonly Change[] {
  if (spec.isAbsent === true) {
    return observed === undefined ? [] : [change("state", "present", undefined)];
  }
  if (observed === spec.value) return [];
  const from: Json | undefined = observed;
  return [change("value", from, spec.value)];
}

/** What a spec's fake is like. */
export function seen(values: ReadonlyMap<string, string>, { name }: FakeSpec): Observation<string> {
  const value = values.get(name);
  return value === undefined ? ABSENT : present(value);
}
