import { replaceFields, splitFields } from "./spaced-fields.ts";
import type { LineFormat, LineMeaning } from "./text-table.ts";

/** One line of hosts(5). */
export interface HostsEntry {
  readonly address: string;
  /** The canonical name first, then aliases. */
  readonly names: readonly string[];
}

/** /etc/hosts. An address is the key; further lines of one address add names to it. */
export const hostsFormat: LineFormat<HostsEntry> = {
  counts: "first",
  carriageReturn: "ending",
  keyOf: ({ address }) => address,
  print: ({ address, names }) => `${address}\t${names.join(" ")}`,
  update(text, { address, names }) {
    const { fields, comment } = splitComment(text);
    return replaceFields(fields, [address, ...names]) + comment;
  },
  parse: parseLine,
};

function parseLine(text: string): LineMeaning<HostsEntry> {
  const [address, ...names] = splitFields(splitComment(text).fields);
  if (address === undefined) return { type: "other" };
  if (!/^[0-9a-fA-F.:]+(?:%\S+)?$/.test(address) || !/[.:]/.test(address)) {
    return { type: "broken", why: "begins with no address" };
  }
  if (names.length === 0) return { type: "broken", why: "names no host" };
  return { type: "entry", entry: { address, names } };
}

function splitComment(text: string): { readonly fields: string; readonly comment: string } {
  const start = text.indexOf("#");
  if (start < 0) return { fields: text, comment: "" };
  return { fields: text.slice(0, start), comment: text.slice(start) };
}
