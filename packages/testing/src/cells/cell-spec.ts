import { ABSENT, type Change, change, type Json, type Observation, present } from "@holdfast/core";

/** What a cell is declared to hold. */
export interface CellInput {
  readonly value: string;
  readonly lane?: string | undefined;
  readonly group?: string | undefined;
}

/** A cell bound to its name. */
export interface CellSpec extends CellInput {
  readonly name: string;
}

/** The one field of a cell, compared. */
export function diffCell(spec: CellSpec, observed: string | undefined): readonly Change[] {
  if (observed === spec.value) return [];
  const from: Json | undefined = observed;
  return [change("value", from, spec.value)];
}

/** What a spec's cell is like. */
export function seen(values: ReadonlyMap<string, string>, { name }: CellSpec): Observation<string> {
  const value = values.get(name);
  return value === undefined ? ABSENT : present(value);
}
