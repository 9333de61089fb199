import type {
  AddressFamily,
  FirewallKey,
  FirewallMatch,
  FirewallRule,
  FirewallVerdict,
} from "./firewall-table.ts";

/** How often a rule was met. */
export interface RuleCount {
  readonly packets: number;
  readonly bytes: number;
}

/**
 * A rule as nft reads it, in one way for all that say the same: matches, then limit, counter and log, then what is done.
 * A rule is compared by this text. With `count` its counter goes on from there.
 */
export function ruleText(rule: FirewallRule, count?: RuleCount): string {
  return [...matchWords(rule), ...statementWords(rule, count)].join(" ");
}

/** A word or two for what a packet is met by in a map. */
export function keyWords(by: FirewallKey, rule: FirewallRule): string {
  switch (by) {
    case "source":
    case "destination":
      return `${protocolOf(rule.family)} ${by === "source" ? "saddr" : "daddr"}`;
    case "port":
    case "sourcePort":
      return `${transportOf(rule)} ${by === "port" ? "dport" : "sport"}`;
    default:
      return by === "inInterface" ? "iifname" : "oifname";
  }
}

/** A text as nft quotes it; it has no quotes and nothing that controls in it. */
export function quoted(text: string): string {
  return `"${text}"`;
}

function matchWords(rule: FirewallRule): readonly string[] {
  const { inInterface, outInterface, source, destination, family, states } = rule;
  return [
    ...(inInterface ? [`iifname ${interfaces(inInterface)}`] : []),
    ...(outInterface ? [`oifname ${interfaces(outInterface)}`] : []),
    ...(source ? [`${protocolOf(family)} saddr ${oneOf(source)}`] : []),
    ...(destination ? [`${protocolOf(family)} daddr ${oneOf(destination)}`] : []),
    ...(source || destination ? [] : familyWords(rule)),
    ...protocolWords(rule),
    ...(states ? [`ct state ${oneOf({ values: states })}`] : []),
  ];
}

/** nft leaves the family out of the listing of a rule that resets, as if it were implied; an address it shows. */
function familyWords({ family, verdict }: FirewallRule): readonly string[] {
  const isImplied =
    verdict.type === "lookup" && (verdict.by === "source" || verdict.by === "destination");
  if (family === undefined || isImplied) return [];
  const isReset = verdict.type === "reject" && verdict.with !== undefined;
  if (!isReset) return [`meta nfproto ${family}`];
  return [family === "ipv6" ? "ip6 saddr ::/0" : "ip saddr 0.0.0.0/0"];
}

function protocolWords(rule: FirewallRule): readonly string[] {
  const { protocols, sourcePorts, ports, icmpTypes, verdict } = rule;
  if (protocols === undefined) return [];
  if (icmpTypes) return [`${protocols[0] ?? "icmp"} type ${oneOf({ values: icmpTypes })}`];
  const byPort = verdict.type === "lookup" && /port$/i.test(verdict.by);
  const transport = transportOf(rule);
  const isImplied = transport !== "th" && (sourcePorts || ports || byPort);
  return [
    ...(isImplied ? [] : [`meta l4proto ${oneOf({ values: protocols })}`]),
    ...(sourcePorts ? [`${transport} sport ${oneOf(sourcePorts)}`] : []),
    ...(ports ? [`${transport} dport ${oneOf(ports)}`] : []),
  ];
}

function statementWords(rule: FirewallRule, count: RuleCount | undefined): readonly string[] {
  const { limit, isCounted, log, verdict, comment } = rule;
  const numbers = count === undefined ? "" : ` packets ${count.packets} bytes ${count.bytes}`;
  const prefix = log?.prefix === undefined ? "" : ` prefix ${quoted(log.prefix)}`;
  const level = log?.level === undefined ? "" : ` level ${log.level}`;
  const most = limit && `limit rate ${limit.rate}/${limit.per} burst ${limit.burst} packets`;
  return [
    ...(most === undefined ? [] : [most]),
    ...(isCounted === true ? [`counter${numbers}`] : []),
    ...(log ? [`log${prefix}${level}`] : []),
    ...verdictWords(verdict, rule),
    ...(comment === undefined ? [] : [`comment ${quoted(comment)}`]),
  ];
}

function verdictWords(verdict: FirewallVerdict, rule: FirewallRule): readonly string[] {
  switch (verdict.type) {
    case "none":
      return [];
    case "jump":
    case "goto":
      return [`${verdict.type} ${verdict.chain}`];
    case "reject":
      return [verdict.with === undefined ? "reject" : "reject with tcp reset"];
    case "redirect":
      return [verdict.port === undefined ? "redirect" : `redirect to :${verdict.port}`];
    case "dnat":
    case "snat":
      return [`${verdict.type} ${protocolOf(verdict.family)} to ${placeText(verdict)}`];
    case "lookup":
      return [`${keyWords(verdict.by, rule)} vmap @${verdict.map}`];
    default:
      return [verdict.type];
  }
}

function placeText(place: {
  readonly family: AddressFamily;
  readonly address: string;
  readonly port?: number;
}): string {
  const { family, address, port } = place;
  if (port === undefined) return address;
  return family === "ipv6" ? `[${address}]:${port}` : `${address}:${port}`;
}

function protocolOf(family: AddressFamily | undefined): "ip" | "ip6" {
  return family === "ipv6" ? "ip6" : "ip";
}

/** The protocol whose ports they are; `th` for those of several. */
function transportOf({ protocols = [] }: FirewallRule): string {
  const [only = "th", ...others] = protocols;
  return others.length > 0 ? "th" : only;
}

function interfaces({ set, values = [] }: FirewallMatch): string {
  return oneOf(set === undefined ? { values: values.map(quoted) } : { set });
}

function oneOf({ set, values = [] }: FirewallMatch): string {
  if (set !== undefined) return `@${set}`;
  return values.length === 1 ? String(values[0]) : `{ ${values.join(", ")} }`;
}
