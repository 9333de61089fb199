import {
  type FirewallKey,
  type FirewallRule,
  isJsonObject,
  type Json,
  type JsonObject,
} from "@holdfast/core";
import { hasOnly, readFamily, readMatch, readProtocols } from "./listing-values.ts";

/** What one match says of a rule; `undefined` for what cannot be read. */
export type RulePart = Partial<FirewallRule>;

const TRANSPORTS: readonly string[] = ["tcp", "udp", "udplite", "sctp", "dccp"];

/** Reads one match. */
export function readRuleMatch(match: Json | undefined): RulePart | undefined {
  if (!isJsonObject(match) || !hasOnly(match, ["op", "left", "right"])) return undefined;
  const { op, left, right } = match;
  if (!isJsonObject(left)) return undefined;
  const { meta, payload, ct } = left;
  // Of the state of a connection, which is one of several bits, `in` says what `==` says of anything else.
  const isState = isJsonObject(ct) && ct["key"] === "state" && hasOnly(ct, ["key"]);
  if (op !== "==" && !(isState && op === "in")) return undefined;
  if (isState) return statesPart(right);
  if (isJsonObject(meta)) return metaPart(meta["key"], right);
  return isJsonObject(payload) ? payloadPart(payload, right) : undefined;
}

/** Reads what of a packet is looked up in a map. */
export function readMapKey(
  key: Json | undefined,
): (RulePart & { readonly by: FirewallKey }) | undefined {
  if (!isJsonObject(key)) return undefined;
  const { meta, payload } = key;
  if (isJsonObject(meta)) {
    if (meta["key"] === "iifname") return { by: "inInterface" };
    return meta["key"] === "oifname" ? { by: "outInterface" } : undefined;
  }
  if (!isJsonObject(payload)) return undefined;
  const { protocol, field } = payload;
  const family = readFamily(protocol);
  if (family !== undefined) {
    if (field === "saddr") return { by: "source", family };
    return field === "daddr" ? { by: "destination", family } : undefined;
  }
  const by = field === "dport" ? "port" : field === "sport" ? "sourcePort" : undefined;
  const transport = transportPart(protocol);
  return by === undefined || transport === undefined ? undefined : { ...transport, by };
}

function statesPart(right: Json | undefined): RulePart | undefined {
  const states = readMatch(right)?.values;
  return states && { states };
}

function metaPart(key: Json | undefined, right: Json | undefined): RulePart | undefined {
  const match = readMatch(right);
  switch (key) {
    case "iifname":
      return match && { inInterface: match };
    case "oifname":
      return match && { outInterface: match };
    case "nfproto":
      return familyPart(right);
    case "l4proto":
      return protocolsPart(right);
    default:
      return undefined;
  }
}

function payloadPart(payload: JsonObject, right: Json | undefined): RulePart | undefined {
  const { protocol, field } = payload;
  if (protocol === undefined) return bothPortsPart(payload, right);
  const match = readMatch(right);
  const family = readFamily(protocol);
  if (match === undefined) return undefined;
  if (family !== undefined) {
    if (field === "saddr") return { family, source: match };
    if (field === "daddr") return { family, destination: match };
    return field === "protocol" || field === "nexthdr"
      ? { family, ...protocolsPart(right) }
      : undefined;
  }
  if (protocol === "icmp" || protocol === "icmpv6") {
    const isType = field === "type" && match.values !== undefined;
    return isType ? { protocols: [protocol], icmpTypes: match.values } : undefined;
  }
  const transport = transportPart(protocol);
  if (transport === undefined) return undefined;
  if (field === "sport") return { ...transport, sourcePorts: match };
  return field === "dport" ? { ...transport, ports: match } : undefined;
}

/** Of one source port and one port of several protocols nft makes one number. */
function bothPortsPart(
  { base, offset, len }: JsonObject,
  right: Json | undefined,
): RulePart | undefined {
  const isBoth = base === "th" && offset === 0 && len === 32;
  if (!isBoth || typeof right !== "number") return undefined;
  const [sourcePort, port] = [Math.floor(right / 65_536), right % 65_536];
  return { sourcePorts: { values: [String(sourcePort)] }, ports: { values: [String(port)] } };
}

/** The protocol whose ports they are; those of any are said by another match. */
function transportPart(protocol: Json | undefined): RulePart | undefined {
  if (protocol === "th") return {};
  if (typeof protocol !== "string" || !TRANSPORTS.includes(protocol)) return undefined;
  return { protocols: [protocol] };
}

function familyPart(right: Json | undefined): RulePart | undefined {
  const family = readFamily(right);
  return family && { family };
}

function protocolsPart(right: Json | undefined): RulePart | undefined {
  const protocols = readProtocols(right);
  return protocols && { protocols };
}
