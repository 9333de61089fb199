import type { FirewallChain, FirewallVerdict } from "@holdfast/core";
import type { IndexedTable } from "./indexed-table.ts";
import { coverageOf, type PacketClass } from "./packet-class.ts";

/** What becomes of packets of a class: all get through, or some are stopped, by what. */
export type Passage =
  | { readonly type: "through" }
  | { readonly type: "stopped"; readonly by: string };

/** What a chain does with a class: all are accepted, some are stopped, or some come out at its end. */
type Outcome = Passage | { readonly type: "open" };

/** Whose way is asked for. */
interface Question {
  readonly table: IndexedTable;
  readonly packets: PacketClass;
  /** A rule that stops only some of them is meant so. */
  readonly isLenient: boolean;
}

/** How packets are followed. */
interface Following extends Question {
  /** What chains are known to do with them, by how deep they were led there. */
  readonly known: readonly Map<FirewallChain, Outcome>[];
}

const OPEN: Outcome = { type: "open" };
const THROUGH: Outcome = { type: "through" };
/** Deeper than the kernel lets chains lead (NFT_JUMP_STACK_SIZE). */
const DEEPEST = 16;

/**
 * Follows the packets of a class through a chain that has a hook. What is not sure counts against the rules: only one that is
 * about all of the class lets it through, and one that may be about a part of it stops that. O(rules), however many ways lead to a
 * chain: at one depth it is followed once.
 */
export function passageThrough(chain: FirewallChain, question: Question): Passage {
  const known = Array.from({ length: DEEPEST + 1 }, () => new Map<FirewallChain, Outcome>());
  const outcome = followOnce(chain, { ...question, known }, 0);
  if (outcome.type !== "open") return outcome;
  if (chain.base?.policy !== "drop") return { type: "through" };
  return { type: "stopped", by: `the policy of ${chain.name}` };
}

function followOnce(chain: FirewallChain, following: Following, depth: number): Outcome {
  const known = following.known[depth];
  const before = known?.get(chain);
  if (before !== undefined) return before;
  const outcome = follow(chain, following, depth);
  known?.set(chain, outcome);
  return outcome;
}

function follow(chain: FirewallChain, following: Following, depth: number): Outcome {
  const { table, packets, isLenient } = following;
  let isPartlyBack = false;
  for (const [position, rule] of chain.rules.entries()) {
    const coverage = coverageOf(rule, packets, table);
    if (coverage === "none") continue;
    const by = `rule ${position + 1} of ${chain.name}`;
    const outcomes = verdictsOf(rule.verdict, following).map((verdict) =>
      outcomeOf(verdict, { following, by, depth }),
    );
    const stopping = outcomes.find((outcome) => outcome.type === "stopped");
    if (stopping && (coverage === "all" || !isLenient)) return stopping;
    const isFinal = coverage === "all" && outcomes.length > 0;
    if (isFinal && outcomes.every(({ type }) => type === "through")) return done(isPartlyBack);
    if (outcomes.some(({ type }) => type === "back")) {
      if (isFinal && outcomes.length === 1) return OPEN;
      isPartlyBack = true;
    }
  }
  return OPEN;
}

/** Some that returned before have still their way to go. */
function done(isPartlyBack: boolean): Outcome {
  return isPartlyBack ? OPEN : THROUGH;
}

interface Step {
  readonly following: Following;
  readonly by: string;
  readonly depth: number;
}

function outcomeOf(
  verdict: FirewallVerdict,
  { following, by, depth }: Step,
): Outcome | { readonly type: "back" } {
  switch (verdict.type) {
    case "accept":
    case "masquerade":
    case "snat":
      return THROUGH;
    case "drop":
    case "reject":
    case "dnat":
    case "redirect":
      return { type: "stopped", by };
    case "return":
      return { type: "back" };
    case "jump":
    case "goto": {
      const chain = following.table.chains.get(verdict.chain);
      if (chain === undefined || depth >= DEEPEST) return OPEN;
      const outcome = followOnce(chain, following, depth + 1);
      return outcome.type === "open" && verdict.type === "goto" ? { type: "back" } : outcome;
    }
    default:
      return OPEN;
  }
}

/** A rule that looks up does what the map says: of a port that is known, of that; else all that it might. */
function verdictsOf(
  verdict: FirewallVerdict,
  { table, packets }: Following,
): readonly FirewallVerdict[] {
  if (verdict.type !== "lookup") return [verdict];
  const isLocalPort = verdict.by === (packets.isIncoming ? "port" : "sourcePort");
  if (!isLocalPort || packets.port === undefined) {
    // Not found is another possibility, after which the next rule comes.
    return [...table.verdictsOf(verdict.map), { type: "none" }];
  }
  const led = table.verdictAt(verdict.map, packets.port);
  return led === undefined ? [] : [led];
}
