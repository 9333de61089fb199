/** A file of a series; the one with the highest number is the live one. */
export interface SeriesFile {
  readonly name: string;
  /** From 1, without a hole; the oldest may have been pruned. */
  readonly number: number;
}

const DIGITS = 6;

/** The name of a series' file: `<series>-000001.jsonl`. */
export function seriesFileName(series: string, number: number): string {
  return `${series}-${String(number).padStart(DIGITS, "0")}.jsonl`;
}

/** Which of the names in a directory are files of a series, the oldest first. */
export function seriesFiles(names: readonly string[], series: string): readonly SeriesFile[] {
  return names
    .flatMap((name) => {
      const number = numberIn(name, series);
      return number === undefined ? [] : [{ name, number }];
    })
    .toSorted((one, other) => one.number - other.number);
}

/** @returns `undefined` for a name that the series would not have given. */
function numberIn(name: string, series: string): number | undefined {
  if (!name.startsWith(`${series}-`)) return undefined;
  const digits = /^(\d{6,15})\.jsonl$/.exec(name.slice(series.length + 1))?.[1];
  const number = Number(digits ?? 0);
  return number > 0 && seriesFileName(series, number) === name ? number : undefined;
}
