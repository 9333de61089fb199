import {
  type AddressFamily,
  familyOf,
  type FirewallType,
  type FirewallVerdict,
  parseInterval,
} from "@holdfast/core";
import { listOf } from "./bind-values.ts";
import type { RulePlace } from "./rule-place.ts";
import { type RuleInput, TRANSPORTS } from "./fields.ts";

/** What is done, and the family that it is about. */
interface BoundVerdict {
  readonly verdict: FirewallVerdict;
  readonly family?: AddressFamily;
}

const VERDICTS = ["action", "jump", "goto", "redirect", "dnat", "snat", "lookup"] as const;
const TRANSLATIONS: readonly string[] = ["dnat", "snat", "masquerade", "redirect"];
/** `10.0.0.5`, `10.0.0.5:80`, `2001:db8::5`, `[2001:db8::5]:80`. */
const PLACE =
  /^(?:\[(?<ipv6>[^\]]+)\](?::(?<port6>\d{1,5}))?|(?<ipv4>[\d.]+)(?::(?<port4>\d{1,5}))?|(?<bare>[0-9a-f:.]+))$/i;

/** Joins what a rule does: one thing, or nothing where it counts or logs. */
export function bindVerdict(input: RuleInput, place: RulePlace): BoundVerdict {
  const { path, report, chainType } = place;
  const said = VERDICTS.filter((field) => input[field] !== undefined);
  if (said.length > 1) report(path, "more than one thing to do", `keep one of ${said.join(", ")}`);
  if (said.length === 0 && input.counter !== true && (input.log ?? false) === false) {
    report(path, "nothing to do", "write action: accept, drop or reject");
  }
  const bound = boundOf(input, place);
  checkReset(input, place);
  if (TRANSLATIONS.includes(bound.verdict.type)) {
    if (chainType !== "nat") {
      report(path, "addresses are not changed here", "write type: nat in its chain");
    }
    if ("port" in bound.verdict && !hasTransport(input)) {
      report(path, "a port of no protocol", "write protocol: tcp or udp beside a port");
    }
  }
  return bound;
}

function boundOf(input: RuleInput, place: RulePlace): BoundVerdict {
  const { action, jump, goto, redirect, dnat, snat, lookup, rejectWith } = input;
  if (dnat !== undefined) return bindTranslation("dnat", dnat, place);
  if (snat !== undefined) return bindTranslation("snat", snat, place);
  if (lookup !== undefined) return bindLookup(lookup, input, place);
  if (jump !== undefined) return { verdict: { type: "jump", chain: jump } };
  if (goto !== undefined) return { verdict: { type: "goto", chain: goto } };
  if (redirect !== undefined) return { verdict: { type: "redirect", port: redirect } };
  if (action === "reject" && rejectWith !== undefined) {
    return { verdict: { type: "reject", with: rejectWith } };
  }
  return { verdict: { type: action ?? "none" } };
}

function checkReset(
  { rejectWith, action, protocol }: RuleInput,
  { path, report }: RulePlace,
): void {
  if (rejectWith === undefined) return;
  if (action !== "reject" || protocol !== "tcp") {
    const detail = "only protocol: tcp with action: reject is rejected so";
    report(`${path}.rejectWith`, "a reset of what has none", detail);
  }
}

function bindTranslation(
  type: "dnat" | "snat",
  text: string,
  { path, report }: RulePlace,
): BoundVerdict {
  const { ipv4, ipv6, bare, port4, port6 } = PLACE.exec(text)?.groups ?? {};
  const address = ipv4 ?? ipv6 ?? bare ?? "";
  const family = familyOf(address);
  const port = port4 ?? port6;
  const interval = parseInterval(family, address);
  const isPort = port === undefined || parseInterval("port", port) !== undefined;
  if (interval === undefined || !isPort) {
    const detail = `${text} is no address with or without a port: write 10.0.0.5:80, [2001:db8::5]:80`;
    report(`${path}.${type}`, "not an address", detail);
  }
  const number = port === undefined ? {} : { port: Number(port) };
  return { verdict: { type, family, address, ...number }, family };
}

function bindLookup(
  { by, map }: NonNullable<RuleInput["lookup"]>,
  input: RuleInput,
  { path, report, maps }: RulePlace,
): BoundVerdict {
  const verdict = { type: "lookup", by, map } as const;
  const type = maps.get(map);
  if (type === undefined) report(`${path}.lookup.map`, "no such map", `maps has no ${map}`);
  else if (!typesOf(by).includes(type)) {
    report(`${path}.lookup.by`, "not a key of the map", `${map} is a map of type ${type}`);
  }
  if (/port$/i.test(by) && !hasTransport(input)) {
    report(path, "a port of no protocol", "write protocol: tcp or udp beside a port");
  }
  const isAddress = by === "source" || by === "destination";
  const family = isAddress && (type === "ipv4" || type === "ipv6") ? { family: type } : {};
  return { verdict, ...family };
}

function typesOf(by: NonNullable<RuleInput["lookup"]>["by"]): readonly FirewallType[] {
  switch (by) {
    case "source":
    case "destination":
      return ["ipv4", "ipv6"];
    case "port":
    case "sourcePort":
      return ["port"];
    default:
      return ["interface"];
  }
}

function hasTransport({ protocol }: RuleInput): boolean {
  return protocol !== undefined && listOf(protocol).every((name) => TRANSPORTS.includes(name));
}
