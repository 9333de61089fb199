import {
  type FirewallVerdict,
  isJsonObject,
  type Json,
  type JsonObject,
  type MappedVerdict,
} from "@holdfast/core";
import { readMapKey, type RulePart } from "./listing-match.ts";
import { hasOnly, readFamily } from "./listing-values.ts";

/** What a verdict says of a rule; `undefined` for what cannot be read. */
export type VerdictPart = RulePart & { readonly verdict: FirewallVerdict };

const PLAIN: readonly string[] = ["accept", "drop", "return"];
/**
 * The answers that nft gives by itself where only `reject` is written. Of a rule that is about one family it chooses that of the
 * family, and does not show any more that the rule is about it.
 */
const UNREACHABLE: ReadonlyMap<Json | undefined, RulePart> = new Map([
  ["icmpx", {}],
  ["icmp", { family: "ipv4" }],
  ["icmpv6", { family: "ipv6" }],
]);

/** Reads what a rule ends with. */
export function readVerdict(name: string, value: Json | undefined): VerdictPart | undefined {
  if (name === "vmap") return lookupPart(value);
  if (name === "reject") return rejectPart(value);
  const verdict = readMapped({ [name]: value }) ?? readTranslation(name, value);
  return verdict && { verdict };
}

/** Reads what a map says of a key. */
export function readMapped(value: Json | undefined): MappedVerdict | undefined {
  if (!isJsonObject(value)) return undefined;
  const [[type, target] = ["", null]] = Object.entries(value);
  if (target === null && PLAIN.includes(type)) return plain(type);
  if (!isJsonObject(target) || typeof target["target"] !== "string") return undefined;
  return type === "jump" || type === "goto" ? { type, chain: target["target"] } : undefined;
}

function plain(type: string): MappedVerdict {
  return { type: type === "accept" || type === "drop" ? type : "return" };
}

function rejectPart(value: Json | undefined): VerdictPart | undefined {
  if (value === null) return { verdict: { type: "reject" } };
  if (!isJsonObject(value) || !hasOnly(value, ["type", "expr"])) return undefined;
  const { type, expr } = value;
  if (type === "tcp reset") return { verdict: { type: "reject", with: "tcp-reset" } };
  const part = UNREACHABLE.get(type);
  return part && expr === "port-unreachable" ? { ...part, verdict: { type: "reject" } } : undefined;
}

function readTranslation(name: string, value: Json | undefined): FirewallVerdict | undefined {
  if (name === "masquerade") return value === null ? { type: "masquerade" } : undefined;
  if (name === "redirect" && value === null) return { type: "redirect" };
  if (!isJsonObject(value)) return undefined;
  const port = portOf(value);
  if (name === "redirect" && hasOnly(value, ["port"])) return { type: "redirect", ...port };
  if ((name !== "dnat" && name !== "snat") || !hasOnly(value, ["family", "addr", "port"])) {
    return undefined;
  }
  const { addr: address } = value;
  const family = readFamily(value["family"]);
  if (family === undefined || typeof address !== "string") return undefined;
  return "port" in value && port === undefined
    ? undefined
    : { type: name, family, address, ...port };
}

function portOf({ port }: JsonObject): { readonly port: number } | undefined {
  return typeof port === "number" ? { port } : undefined;
}

function lookupPart(value: Json | undefined): VerdictPart | undefined {
  if (!isJsonObject(value) || !hasOnly(value, ["key", "data"])) return undefined;
  const { data } = value;
  const found = readMapKey(value["key"]);
  if (found === undefined || typeof data !== "string" || !data.startsWith("@")) return undefined;
  const { by, ...part } = found;
  return { ...part, verdict: { type: "lookup", by, map: data.slice(1) } };
}
