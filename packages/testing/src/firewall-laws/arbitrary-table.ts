import type {
  AddressFamily,
  BaseChain,
  FirewallMap,
  FirewallMatch,
  FirewallRule,
  FirewallSet,
  FirewallTable,
  FirewallType,
  FirewallVerdict,
  MappedVerdict,
} from "@holdfast/core";
import fc from "fast-check";

type Part = Partial<FirewallRule>;

/** Values of each type that overlap, touch, repeat and lie apart. */
const VALUES: Readonly<Record<FirewallType, readonly string[]>> = {
  ipv4: ["10.0.0.0/8", "10.1.2.3", "192.0.2.1-192.0.2.9", "192.0.2.10", "0.0.0.0/1", "0.0.0.0/0"],
  ipv6: ["2001:db8::/32", "2001:db8::1", "fe80::/10", "::1", "2001:db9::1-2001:db9::7", "::/0"],
  port: ["22", "80-90", "91", "443", "1024-65535", "0"],
  interface: ["lo", "eth0", "eth1", "wg-a.b"],
};
/** Keys of maps, which must not overlap. */
const KEYS: Readonly<Record<FirewallType, readonly string[]>> = {
  ...VALUES,
  ipv4: ["10.0.0.0/8", "192.0.2.1-192.0.2.9", "192.0.2.10"],
  ipv6: ["2001:db8::/32", "fe80::/10", "::1", "2001:db9::1-2001:db9::7"],
};
const TYPES: readonly FirewallType[] = ["ipv4", "ipv6", "port", "interface"];
/** What the others lead to; it leads nowhere. */
const SIDE = "side";
const NOTHING = fc.constant<Part>({});

/** Tables as an author may have them: sets and maps of every type, base chains, and every part of a rule. */
export function arbitraryTable(name: string): fc.Arbitrary<FirewallTable> {
  return fc.record({
    name: fc.constant(name),
    sets: fc.tuple(...TYPES.map(arbitrarySet)),
    maps: fc.tuple(...TYPES.map(arbitraryMap)),
    chains: fc
      .record({ side: rulesWith(finalVerdict), input: rulesWith(leadingVerdict), base: inputBase })
      .map(({ side, input, base }) => [
        { name: SIDE, rules: side },
        { name: "in", base, rules: input },
      ]),
  });
}

function arbitrarySet(type: FirewallType): fc.Arbitrary<FirewallSet> {
  const elements = fc.array(fc.constantFrom(...VALUES[type]), { maxLength: 4 });
  return fc.record({ name: fc.constant(`s_${type}`), type: fc.constant(type), elements });
}

function arbitraryMap(type: FirewallType): fc.Arbitrary<FirewallMap> {
  const verdicts = fc.constantFrom<MappedVerdict[]>(
    { type: "accept" },
    { type: "drop" },
    { type: "jump", chain: SIDE },
  );
  const elements = fc
    .subarray([...KEYS[type]])
    .chain((keys) => fc.tuple(...keys.map((key) => verdicts.map((verdict) => ({ key, verdict })))));
  return fc.record({ name: fc.constant(`m_${type}`), type: fc.constant(type), elements });
}

const inputBase: fc.Arbitrary<BaseChain> = fc.record({
  type: fc.constant("filter"),
  hook: fc.constantFrom("input", "forward", "output"),
  priority: fc.constantFrom(0, -10, 225),
  policy: fc.constantFrom("accept", "drop"),
});

function rulesWith(verdict: fc.Arbitrary<FirewallVerdict>): fc.Arbitrary<readonly FirewallRule[]> {
  return fc.array(arbitraryRule(verdict), { maxLength: 8 });
}

function arbitraryRule(verdict: fc.Arbitrary<FirewallVerdict>): fc.Arbitrary<FirewallRule> {
  return fc
    .tuple(
      fc.tuple(interfaces, addresses, protocols, statements).map((parts) => merged(parts)),
      verdict,
    )
    .map(([part, wanted]) => suited(part, wanted));
}

function match(type: FirewallType): fc.Arbitrary<FirewallMatch> {
  const values = fc.array(fc.constantFrom(...VALUES[type]), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    values.map((each) => ({ values: each })),
    fc.constant({ set: `s_${type}` }),
  );
}

const interfaces: fc.Arbitrary<Part> = fc.oneof(
  NOTHING,
  match("interface").map((inInterface) => ({ inInterface })),
  fc.constant<Part>({ inInterface: { values: ["eth*"] } }),
);

const addresses: fc.Arbitrary<Part> = fc
  .constantFrom<AddressFamily[]>("ipv4", "ipv6")
  .chain((family) =>
    fc.oneof(
      NOTHING,
      fc.constant<Part>({ family }),
      match(family).map((source) => ({ family, source })),
      fc
        .tuple(match(family), match(family))
        .map(([source, destination]) => ({ family, source, destination })),
    ),
  );

const protocols: fc.Arbitrary<Part> = fc.oneof(
  NOTHING,
  fc.constantFrom<Part[]>(
    { protocols: ["gre"] },
    { protocols: ["tcp"] },
    { protocols: ["udp", "tcp"] },
    { protocols: ["icmpv6", "icmp"] },
    { protocols: ["icmp"], icmpTypes: ["echo-request"] },
    { protocols: ["icmpv6"], icmpTypes: ["nd-neighbor-solicit", "echo-request"] },
  ),
  fc
    .tuple(fc.constantFrom(["tcp"], ["sctp"], ["udp", "tcp"]), match("port"), match("port"))
    .chain(([names, ports, sourcePorts]) =>
      fc.constantFrom<Part[]>(
        { protocols: names, ports },
        { protocols: names, sourcePorts },
        { protocols: names, ports, sourcePorts },
      ),
    ),
);

const statements: fc.Arbitrary<Part> = fc
  .tuple(
    fc.constantFrom<Part[]>(
      {},
      { states: ["new"] },
      { states: ["related", "established"] },
      { states: ["invalid"] },
    ),
    fc.constantFrom<Part[]>(
      {},
      { isCounted: true },
      { limit: { rate: 10, per: "second", burst: 5 }, isCounted: true },
      { limit: { rate: 3, per: "hour", burst: 7 } },
    ),
    fc.constantFrom<Part[]>(
      {},
      { log: {} },
      { log: { prefix: "no: " } },
      { log: { prefix: "a", level: "debug" } },
    ),
    fc.constantFrom<Part[]>({}, { comment: "ssh" }, { comment: "of Jane's; really, {x} #1" }),
  )
  .map(merged);

const finalVerdict = fc.constantFrom<FirewallVerdict[]>(
  { type: "none" },
  { type: "accept" },
  { type: "drop" },
  { type: "return" },
  { type: "reject" },
  { type: "reject", with: "tcp-reset" },
);

const leadingVerdict = fc.oneof(
  finalVerdict,
  fc.constantFrom<FirewallVerdict[]>(
    { type: "jump", chain: SIDE },
    { type: "goto", chain: SIDE },
    { type: "lookup", by: "inInterface", map: "m_interface" },
    { type: "lookup", by: "port", map: "m_port" },
    { type: "lookup", by: "source", map: "m_ipv6" },
    { type: "lookup", by: "destination", map: "m_ipv4" },
  ),
);

function merged(parts: readonly Part[]): Part {
  return parts.reduce((all, part) => ({ ...all, ...part }), {});
}

/** A rule whose parts go together, as those of an author do whom `bind` has not refused. */
function suited(part: Part, verdict: FirewallVerdict): FirewallRule {
  const { family, source: _source, destination: _destination, ...other } = part;
  const icmp = part.icmpTypes === undefined ? undefined : part.protocols?.[0];
  const isOtherIcmp = icmp !== undefined && family !== (icmp === "icmp" ? "ipv4" : "ipv6");
  const rest = isOtherIcmp ? other : part;
  switch (verdict.type) {
    case "none":
      return { ...rest, isCounted: true, verdict };
    case "reject":
      return verdict.with === undefined ? { ...rest, verdict } : { ...withoutIcmp(rest), verdict };
    case "lookup":
      return suitedLookup(rest, verdict);
    default:
      return { ...rest, verdict };
  }
}

function suitedLookup(
  part: Part,
  verdict: Extract<FirewallVerdict, { type: "lookup" }>,
): FirewallRule {
  if (verdict.by === "inInterface") return { ...part, verdict };
  if (verdict.by === "port") return { ...withoutIcmp(part), verdict };
  const { comment } = part;
  const family = verdict.by === "source" ? "ipv6" : "ipv4";
  return { ...(comment === undefined ? {} : { comment }), family, verdict };
}

function withoutIcmp({ icmpTypes: _, ports, sourcePorts: _source, ...part }: Part): Part {
  return { ...part, protocols: ["tcp"], ...(ports && { ports }) };
}
