import { RENDERED_HEADER } from "../rendered-file/rendered-file.ts";
import { LIMIT_ITEMS, type LimitInput, type LimitItem, type LimitsInput } from "./fields.ts";

/** The limits of a domain by their items. */
export type Limits = NonNullable<LimitsInput["limits"]>;
type LimitValue = Extract<LimitInput, string | number>;

/** The file of one domain, items in the order of the manual. */
export function limitsText(domain: string, limits: Limits): string {
  const lines = LIMIT_ITEMS.flatMap((item) => {
    const limit = limits[item];
    return limit === undefined ? [] : linesOf(domain, item, limit);
  });
  return `${RENDERED_HEADER}${lines.map((line) => `${line}\n`).join("")}`;
}

/** What such a file says in fields; what is of another domain is left out. */
export function parseLimits(text: string): LimitsInput | undefined {
  const limits: { [Item in LimitItem]?: LimitInput } = {};
  let domain: string | undefined;
  for (const line of text.split("\n")) {
    const [whose, sort, written, value] = line.startsWith("#") ? [] : line.split(" ");
    const item = LIMIT_ITEMS.find((name) => name === written);
    if (item === undefined || sort === undefined || value === undefined) continue;
    domain ??= whose;
    limits[item] = withValue(limits[item], sort, parseValue(value));
  }
  return domain === undefined ? undefined : { domain, limits };
}

function linesOf(domain: string, item: string, limit: LimitInput): readonly string[] {
  if (typeof limit !== "object") return [`${domain} - ${item} ${limit}`];
  const { soft, hard } = limit;
  return [
    ...(soft === undefined ? [] : [`${domain} soft ${item} ${soft}`]),
    ...(hard === undefined ? [] : [`${domain} hard ${item} ${hard}`]),
  ];
}

function withValue(before: LimitInput | undefined, sort: string, value: LimitValue): LimitInput {
  const sorts = typeof before === "object" ? before : {};
  if (sort === "soft") return { ...sorts, soft: value };
  return sort === "hard" ? { ...sorts, hard: value } : value;
}

function parseValue(text: string): LimitValue {
  return /^-?\d+$/.test(text) ? Number(text) : "unlimited";
}
