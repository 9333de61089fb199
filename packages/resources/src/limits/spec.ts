import type { BindReport, Thing } from "@holdfast/core";
import { renderedFile } from "../rendered-file/rendered-file.ts";
import type { RenderedSpec } from "../rendered-file/rendered-kind.ts";
import type { LimitInput, LimitsInput } from "./fields.ts";
import { type Limits, limitsText } from "./limits-text.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$/;
/** A word of limits.conf: a user, `@group`, `*`, or ids such as `1000:`. */
const DOMAIN = /^[^\s#\p{Cc}]{1,256}$/u;
/** Items that may be below nothing. */
const SIGNED: ReadonlySet<string> = new Set(["nice", "priority"]);

/** The limits of one domain, in a file of their own. */
export interface LimitsSpec extends RenderedSpec {
  /** `undefined`: they should be absent. */
  readonly domain?: string;
}

/** Joins name and input, and reports what PAM would take for something else or leave out. */
export function bindLimits(name: string, input: LimitsInput, report: BindReport): LimitsSpec {
  if (!NAME.test(name)) {
    report("", "not a name of a file", "write letters, digits, and _ - . between them");
  }
  const path = `/etc/security/limits.d/90-holdfast-${name.replaceAll(/[^A-Za-z0-9_.-]/g, "_")}.conf`;
  if (input.state === "absent") {
    return { name, file: renderedFile({ path, text: undefined }, report) };
  }
  const { domain = "", limits = {} } = input;
  if (!DOMAIN.test(domain)) {
    const detail = 'write domain: a user, "@" and a group, or "*", without blanks and #';
    report("domain", "nobody to limit", detail);
  }
  checkLimits(limits, report);
  return { name, domain, file: renderedFile({ path, text: limitsText(domain, limits) }, report) };
}

/** Limits come after whom they are for. */
export function neededByLimits({ domain }: LimitsSpec): readonly Thing[] {
  const [, at, account] = /^(@?)([a-z_][a-z0-9_.-]*\$?)$/.exec(domain ?? "") ?? [];
  if (account === undefined) return [];
  return [at === "@" ? `group:${account}` : `user:${account}`];
}

function checkLimits(limits: Limits, report: BindReport): void {
  const entries = Object.entries(limits).flatMap(([item, limit]) =>
    limit === undefined ? [] : [[item, limit] as const],
  );
  if (entries.length === 0)
    report("limits", "no limits", "write at least one, as in nofile: 65536");
  for (const [item, limit] of entries) checkLimit(item, limit, report);
}

function checkLimit(item: string, limit: LimitInput, report: BindReport): void {
  const values = typeof limit === "object" ? [limit.soft, limit.hard] : [limit];
  if (values.every((value) => value === undefined)) {
    report(`limits.${item}`, "no limit", "write soft, hard or both");
  }
  if (values.some((value) => typeof value === "number" && value < 0 && !SIGNED.has(item))) {
    report(`limits.${item}`, "a limit below nothing", 'write "unlimited" for none');
  }
  if (typeof limit !== "object" || SIGNED.has(item)) return;
  const { soft = 0, hard = "unlimited" } = limit;
  if (sizeOf(soft) > sizeOf(hard)) {
    report(
      `limits.${item}`,
      "a soft limit above the hard one",
      "write a soft limit of at most hard",
    );
  }
}

function sizeOf(value: number | "unlimited"): number {
  return value === "unlimited" ? Number.POSITIVE_INFINITY : value;
}
