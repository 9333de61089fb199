import {
  type AddressFamily,
  familyOf,
  type FirewallMatch,
  type FirewallRule,
} from "@holdfast/core";
import { bindMatch, listOf } from "./bind-values.ts";
import type { RulePlace } from "./rule-place.ts";
import { bindVerdict } from "./bind-verdict.ts";
import { ICMP_TYPES, type RuleInput, TRANSPORTS } from "./fields.ts";

type Matches = Partial<Record<AddressFamily, FirewallMatch>>;

/** What nft allows where nothing is said (nft(8)). */
const DEFAULT_BURST = 5;
const FAMILIES: readonly AddressFamily[] = ["ipv4", "ipv6"];

/**
 * Joins one rule: one of nft, or one for each family where it names addresses of both. Whatever is wrong with it is reported;
 * a rule that is not understood is never one that matches more.
 */
export function bindRule(input: RuleInput, place: RulePlace): readonly FirewallRule[] {
  const { report, path } = place;
  const rest = {
    ...bindInterfaces(input, place),
    ...bindProtocol(input, place),
    ...bindRest(input),
  };
  const verdict = bindVerdict(input, place);
  const source = bindAddresses("source", input, place);
  const destination = bindAddresses("destination", input, place);
  const wanted = [
    ...[source, destination].map((matches) => matches && familiesOf(matches)),
    input.family && [input.family],
    input.protocol === "icmp" && input.icmpType !== undefined ? ["ipv4" as const] : undefined,
    input.protocol === "icmpv6" && input.icmpType !== undefined ? ["ipv6" as const] : undefined,
    verdict.family && [verdict.family],
  ].filter((families) => families !== undefined);
  if (wanted.length === 0) return [{ ...rest, verdict: verdict.verdict }];
  const possible = FAMILIES.filter((one) => wanted.every((families) => families.includes(one)));
  const named = FAMILIES.filter((one) => wanted.some((families) => families.includes(one)));
  if (possible.length < named.length) {
    const detail = "its addresses, family and types are of IPv4 and of IPv6: write a rule for each";
    report(path, "no packet can be all of that", detail);
  }
  return possible.map((family) => ({
    ...rest,
    family,
    ...(source?.[family] && { source: source[family] }),
    ...(destination?.[family] && { destination: destination[family] }),
    verdict: verdict.verdict,
  }));
}

function bindInterfaces(
  { inInterface, outInterface }: RuleInput,
  place: RulePlace,
): Partial<FirewallRule> {
  const bound = (field: "inInterface" | "outInterface", value: RuleInput["inInterface"]) =>
    value === undefined ? {} : { [field]: bindField("interface", field, listOf(value), place) };
  return { ...bound("inInterface", inInterface), ...bound("outInterface", outInterface) };
}

function bindAddresses(
  field: "source" | "destination",
  input: RuleInput,
  { path, report, sets }: RulePlace,
): Matches | undefined {
  const value = input[field];
  if (value === undefined) return undefined;
  const at = { path: `${path}.${field}`, report };
  const values = listOf(value);
  const familyAt = (text: string): AddressFamily | undefined => {
    if (!text.startsWith("@")) return familyOf(text);
    const type = sets.get(text.slice(1));
    if (type === undefined) report(at.path, "no such set", `sets has no ${text.slice(1)}`);
    else if (type === "ipv4" || type === "ipv6") return type;
    else report(at.path, "not a set of addresses", `${text.slice(1)} is a set of type ${type}`);
    return undefined;
  };
  const byFamily = Map.groupBy(values, familyAt);
  const matches: Matches = {};
  for (const family of FAMILIES) {
    const own = byFamily.get(family);
    if (own !== undefined) matches[family] = bindMatch(family, own, at);
  }
  return matches;
}

function familiesOf(matches: Matches): readonly AddressFamily[] {
  return FAMILIES.filter((family) => matches[family] !== undefined);
}

function bindProtocol(input: RuleInput, place: RulePlace): Partial<FirewallRule> {
  const { path, report } = place;
  const { protocol, port, sourcePort, icmpType } = input;
  const protocols = protocol === undefined ? undefined : listOf(protocol);
  const hasPorts = port !== undefined || sourcePort !== undefined;
  if (
    hasPorts &&
    (protocols === undefined || protocols.some((name) => !TRANSPORTS.includes(name)))
  ) {
    const detail = "write protocol: tcp or udp, or both in a list, beside a port";
    report(path, "a port of no protocol that has ports", detail);
  }
  const bound = (
    field: "port" | "sourcePort",
    value: RuleInput["port"],
  ): FirewallMatch | undefined =>
    value === undefined ? undefined : bindField("port", field, listOf(value).map(String), place);
  const ports = bound("port", port);
  const sourcePorts = bound("sourcePort", sourcePort);
  return {
    ...(protocols && { protocols }),
    ...(ports && { ports }),
    ...(sourcePorts && { sourcePorts }),
    ...(icmpType !== undefined && { icmpTypes: bindIcmpTypes(listOf(icmpType), input, place) }),
  };
}

function bindIcmpTypes(
  types: readonly string[],
  { protocol, port, sourcePort }: RuleInput,
  { path, report }: RulePlace,
): readonly string[] {
  const only = protocol === undefined ? [] : listOf(protocol);
  const [name] = only;
  if (only.length !== 1 || (name !== "icmp" && name !== "icmpv6") || port || sourcePort) {
    report(`${path}.icmpType`, "a type without its protocol", "write protocol: icmp, or icmpv6");
    return types;
  }
  const known: readonly string[] = ICMP_TYPES[name];
  for (const type of types) {
    if (known.includes(type)) continue;
    report(`${path}.icmpType`, `not a type of ${name}`, `${type} is none of ${known.join(", ")}`);
  }
  return types;
}

function bindField(
  type: "interface" | "port",
  field: string,
  values: readonly string[],
  { path, report, sets }: RulePlace,
): FirewallMatch {
  const at = { path: `${path}.${field}`, report };
  const match = bindMatch(type, values, at);
  if (match.set === undefined) return match;
  const found = sets.get(match.set);
  if (found === undefined) report(at.path, "no such set", `sets has no ${match.set}`);
  else if (found !== type) {
    report(at.path, `not a set of type ${type}`, `${match.set} is a set of type ${found}`);
  }
  return match;
}

function bindRest({ connection, limit, counter, log, comment }: RuleInput): Partial<FirewallRule> {
  return {
    ...(connection !== undefined && { states: listOf(connection) }),
    ...(limit && {
      limit: { rate: limit.rate, per: limit.per, burst: limit.burst ?? DEFAULT_BURST },
    }),
    ...(counter === true && { isCounted: true }),
    ...(log !== undefined && log !== false && { log: log === true ? {} : bindLog(log) }),
    ...(comment !== undefined && { comment }),
  };
}

/** `warn` is what the kernel has by itself, and lists as nothing. */
function bindLog({
  prefix,
  level,
}: Exclude<RuleInput["log"], boolean | undefined>): NonNullable<FirewallRule["log"]> {
  return {
    ...(prefix !== undefined && { prefix }),
    ...(level !== undefined && level !== "warn" && { level }),
  };
}
