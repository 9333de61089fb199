/**
 * Counters, gauges and histograms, and their text form: version 0.0.4 of the exposition format of Prometheus. In plain
 * maps, because a library for it takes more memory than the rest of an idle agent may.
 */

/** Labels of one time series. */
export type Labels = Readonly<Record<string, string>>;

/** What has a name in the text. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Its lines without the comments, in the order in which the series were first seen. */
  lines(): readonly string[];
}

/** The name of a metric and its meaning; units last: `_seconds`, `_bytes`, `_total`. */
export type MetricNames = Pick<Metric, "name" | "help">;

/** Something that only grows. */
export class Counter implements Metric {
  readonly name: string;
  readonly help: string;
  readonly type = "counter";
  readonly #series = new Map<string, number>();

  constructor({ name, help }: MetricNames) {
    this.name = name;
    this.help = help;
  }

  add(labels: Labels, by = 1): void {
    const key = labelText(labels);
    this.#series.set(key, (this.#series.get(key) ?? 0) + by);
  }

  lines(): readonly string[] {
    return [...this.#series].map(([labels, value]) => `${this.name}${labels} ${value}`);
  }
}

/** A value that is read when it is asked for. */
export function gauge(
  { name, help }: MetricNames,
  read: () => Iterable<readonly [Labels, number]>,
): Metric {
  const lines = (): readonly string[] =>
    [...read()].map(([labels, value]) => `${name}${labelText(labels)} ${value}`);
  return { name, help, type: "gauge", lines };
}

/** A total that other code counts, read when it is asked for. */
export function total({ name, help }: MetricNames, read: () => number): Metric {
  return { name, help, type: "counter", lines: () => [`${name} ${read()}`] };
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How values are distributed; bounds rise and are inclusive. */
export class Histogram implements Metric {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram";
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { readonly labels: Labels; readonly of: Distribution }>();

  constructor({ name, help }: MetricNames, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    this.recorder(labels)(value);
  }

  /** Takes values of one series; for what happens so often that looking up the series costs. */
  recorder(labels: Labels): (value: number) => void {
    const key = labelText(labels);
    const known = this.#series.get(key);
    const of = known?.of ?? { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    if (known === undefined) this.#series.set(key, { labels, of });
    return (value) => {
      const at = this.#bounds.findIndex((bound) => value <= bound);
      if (at >= 0) of.counts[at] = (of.counts[at] ?? 0) + 1;
      of.sum += value;
      of.count += 1;
    };
  }

  lines(): readonly string[] {
    return [...this.#series].flatMap(([text, { labels, of }]) => {
      let below = 0;
      const buckets = this.#bounds.map((bound, at) => {
        below += of.counts[at] ?? 0;
        return `${this.name}_bucket${labelText({ ...labels, le: String(bound) })} ${below}`;
      });
      return [
        ...buckets,
        `${this.name}_bucket${labelText({ ...labels, le: "+Inf" })} ${of.count}`,
        `${this.name}_sum${text} ${of.sum}`,
        `${this.name}_count${text} ${of.count}`,
      ];
    });
  }
}

/** The content type of the text. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The text of some metrics. */
export function expositionOf(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap((metric) => [
    `# HELP ${metric.name} ${metric.help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    `# TYPE ${metric.name} ${metric.type}`,
    ...metric.lines(),
  ]);
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
