/** One line of the table. */
export interface Row {
  readonly name: string;
  /** What was measured, e.g. `holdfast`, `p50`; the value is in `unit`. */
  readonly value: number;
  readonly unit: "ms" | "%" | "MiB" | "/s";
  /** What a plain script needs for the same, measured beside it in alternation; `undefined` where there is none. */
  readonly floor?: number;
  /** The middle of the ratios of the pairs, or the ratio of the figures. */
  readonly ratio?: number;
  readonly aims?: readonly Aim[];
}

/** What is aimed at. */
export interface Aim {
  /** `≤ 2.0× floor`. */
  readonly text: string;
  readonly isMet: boolean;
}

/** Aims at a ratio to the floor of at most so much. */
export function aimAtRatio(ratio: number, most: number): Aim {
  return { text: `≤ ${most.toFixed(1)}× floor`, isMet: ratio <= most };
}

/** Aims at a figure of at most so much. */
export function aimAtMost(value: number, most: number, unit: Row["unit"]): Aim {
  return { text: `≤ ${most} ${unit}`, isMet: value <= most };
}

const HEAD = ["benchmark", "holdfast", "floor", "ratio", "aim", "verdict"];

/** The rows as a table of text, columns aligned. */
export function formatTable(rows: readonly Row[]): string {
  const table = [HEAD, ...rows.map(toColumns)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((text, column) => pad(text, widths[column] ?? 0, column))
      .join("  ")
      .trimEnd(),
  );
  const [head = "", ...rest] = lines;
  return [head, "-".repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...rest].join("\n");
}

function toColumns(row: Row): readonly string[] {
  const aims = row.aims ?? [];
  return [
    row.name,
    formatFigure(row.value, row.unit),
    row.floor === undefined ? "" : formatFigure(row.floor, row.unit),
    row.ratio === undefined ? "" : `${row.ratio.toFixed(2)}×`,
    aims.map(({ text }) => text).join(", "),
    aims.map(({ isMet }) => (isMet ? "met" : "MISSED")).join(", "),
  ];
}

/** Three digits that mean something. */
function formatFigure(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return `${value.toFixed(digits)} ${unit}`;
}

function pad(text: string, width: number, column: number): string {
  return column >= 1 && column <= 3 ? text.padStart(width) : text.padEnd(width);
}
