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
