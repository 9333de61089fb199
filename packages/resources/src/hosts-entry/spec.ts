import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";
import { addressKey } from "./ip-address.ts";

/** What a resolver takes of a name. */
const MOST_NAME_CHARACTERS = 253;
/** Resolvers take underscores, and people use them for containers. */
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/** Of a name, and of addresses: more than that belongs to a name server. */
const MOST_LISTED = 64;

const addressSchema = z.string().check(z.minLength(1), z.maxLength(MOST_NAME_CHARACTERS));

const hostsEntryFields = z.strictObject({
  addresses: z.optional(
    z
      .union([
        addressSchema,
        z.array(addressSchema).check(z.minLength(1), z.maxLength(MOST_LISTED)),
      ])
      .check(z.describe("All addresses of the name, IPv4 and IPv6: one, or a list.")),
  ),
  aliases: z.optional(
    z
      .array(z.string().check(z.maxLength(MOST_NAME_CHARACTERS)))
      .check(
        z.maxLength(MOST_LISTED),
        z.describe(
          "All other names of it, with the same addresses; []: none. Left out: as they are.",
        ),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a hosts-entry; the resource's name is the name of the host. */
export const hostsEntrySchema = hostsEntryFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    oneOf: [
      { required: ["addresses"], properties: { state: { const: "present" } } },
      {
        required: ["state"],
        properties: { state: { const: "absent" } },
        not: { required: ["addresses"] },
      },
    ],
  }),
);

/** What an author writes under `spec` of a hosts-entry. */
export type HostsEntryInput = z.infer<typeof hostsEntrySchema>;

/** A name with all its addresses. */
export interface HostsEntrySpec {
  readonly name: string;
  /** As they are written, each once. Empty when it is to be absent. */
  readonly addresses: readonly string[];
  /** `undefined`: whatever other names stand beside it. */
  readonly aliases?: readonly string[];
  readonly isAbsent: boolean;
}

/** Reads names and addresses, and reports what resolvers would not take. */
export function bindHostsEntry(
  name: string,
  input: HostsEntryInput,
  report: BindReport,
): HostsEntrySpec {
  const { aliases } = input;
  const isAbsent = input.state === "absent";
  if (!isHostName(name)) report("", "not a name of a host", notName(name));
  if (aliases !== undefined) checkAliases(name, aliases, report);
  if (isAbsent && input.addresses !== undefined) {
    const detail =
      "keep addresses or state: absent, not both: the name goes with all its addresses";
    report("addresses", "addresses of what should be absent", detail);
  }
  if (!isAbsent && input.addresses === undefined) {
    report("", "no address", "write addresses, or state: absent to remove the name");
  }
  const addresses = bindAddresses(input.addresses, report);
  return { name, addresses, ...(aliases === undefined ? {} : { aliases }), isAbsent };
}

/** The same name, and its aliases, without an address. */
export function absentHostsEntry(spec: HostsEntrySpec): HostsEntrySpec {
  return { ...spec, addresses: [], isAbsent: true };
}

/** The name and its aliases. */
export function namesOf({ name, aliases = [] }: HostsEntrySpec): readonly string[] {
  return [name, ...aliases];
}

function bindAddresses(
  written: HostsEntryInput["addresses"] = [],
  report: BindReport,
): readonly string[] {
  const addresses = new Map<string, string>();
  for (const text of typeof written === "string" ? [written] : written) {
    const key = addressKey(text);
    if (key === undefined) report("addresses", "not an IP address", notAddress(text));
    else if (addresses.has(key)) report("addresses", "an address twice", `leave out one ${text}`);
    else addresses.set(key, text);
  }
  return [...addresses.values()];
}

function notAddress(text: string): string {
  const advice = text.includes("%") ? ", without a zone" : "";
  return `"${text}" is none: write one like 192.0.2.7 or 2001:db8::7${advice}`;
}

function checkAliases(name: string, aliases: readonly string[], report: BindReport): void {
  const seen = new Set([name.toLowerCase()]);
  for (const alias of aliases) {
    if (!isHostName(alias)) report("aliases", "not a name of a host", notName(alias));
    const folded = alias.toLowerCase();
    if (seen.has(folded)) report("aliases", "a name twice", `leave out one ${alias}`);
    seen.add(folded);
  }
}

function isHostName(text: string): boolean {
  return text.length <= MOST_NAME_CHARACTERS && text.split(".").every((label) => LABEL.test(label));
}

function notName(text: string): string {
  return `"${text}" is not labels of 1 to 63 letters, digits, hyphens and underscores, joined by dots`;
}
