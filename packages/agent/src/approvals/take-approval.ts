import {
  assert,
  type ApprovalQuery,
  type Clock,
  type EventSink,
  Fault,
  type KeptAction,
  type KeptApproval,
  type Random,
  type ResourceId,
  toFault,
} from "@holdfast/core";
import type { OpenLedger } from "@holdfast/ledger";
import { type AgentApprovals, repeated, type Verdict } from "./agent-approvals.ts";
import type { GivenApproval } from "./given-approval.ts";

/** What taking an approval needs. */
export interface TakingParts {
  readonly approvals: AgentApprovals;
  readonly ledger: OpenLedger;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  /** What is declared now, where that is known: the digest of it, and the tags of a resource. */
  readonly declared?: {
    readonly planned: string;
    readonly tagsOf: (id: ResourceId) => readonly string[];
  };
}

/** An approval by rights counts for so long, */
const VALID_MS = 3_600_000;
/** and at most for so long. */
const LONGEST_VALID_MS = 7 * 24 * 3_600_000;
/** One approval by rights is about as many actions at most. */
const MOST_ACTIONS = 1_000;
const NONCE_BYTES = 16;

/**
 * Keeps an approval, durably. Whether it counts is judged again when its actions are to be done; what can be seen now not to
 * count is refused.
 * @throws {Fault} the reason it is refused for; LedgerUnavailable.
 */
export async function takeApproval(
  given: GivenApproval,
  parts: TakingParts,
  signal: AbortSignal,
): Promise<KeptApproval> {
  const approval = await asKept(given, parts);
  try {
    refuseUseless(approval, parts);
  } catch (error) {
    const fault = toFault(error);
    parts.approvals.noteRefusal(approval.actions, fault);
    say(parts, approval, fault);
    throw fault;
  }
  await parts.ledger.approve(approval, signal);
  const isKept = [...parts.ledger.approvals()].some(({ nonce }) => nonce === approval.nonce);
  if (!isKept) throw tooMany();
  say(parts, approval);
  return approval;
}

/** @throws {Fault} EnvelopeMalformed, EnvelopeTypeWrong; InputInvalid. */
async function asKept(given: GivenApproval, parts: TakingParts): Promise<KeptApproval> {
  if (given.type === "signed") {
    const { keptEnvelope } = await import("./signed-approvals.ts");
    return keptEnvelope(given.envelope);
  }
  const { actions, planned, by, validMs = VALID_MS } = given;
  if (actions.length === 0 || actions.length > MOST_ACTIONS || validMs > LONGEST_VALID_MS) {
    throw new Fault({
      reason: "InputInvalid",
      message: `an approval is about 1 to ${MOST_ACTIONS} actions, and counts for a week at most`,
      resolution: "Approve what waits, and for no longer than it takes.",
    });
  }
  const nonce = parts.random.hex(NONCE_BYTES);
  return { nonce, expiresMs: parts.clock.wallMs() + validMs, planned, actions, by };
}

/**
 * Of an envelope with several actions some may have been done: the rest counts.
 * @throws {Fault} the reason that it cannot count for.
 */
function refuseUseless(approval: KeptApproval, parts: TakingParts): void {
  const { approvals, declared } = parts;
  if (approval.envelope !== undefined && approvals.authority.type === "rights") {
    throw new Fault({
      reason: "TrustListMissing",
      message: "there is no trust list, so that no signature counts",
      resolution: "Install a signed trust list, or approve it as root: holdfast approve ID.",
    });
  }
  let isOfUse = false;
  let replayed: Fault | undefined;
  for (const action of approval.actions) {
    const query = queryOf(action, approval, declared);
    const verdict = approvals.judge(approval, query);
    if (verdict.type === "accepted") isOfUse ||= isNews(approval, { query, verdict }, parts);
    else if (verdict.fault.reason === "ApprovalReplayed") replayed ??= verdict.fault;
    // A role may be about tags, and only who knows what is declared knows them.
    else if (verdict.fault.reason === "SignerNotAllowed" && declared === undefined) isOfUse = true;
    else throw verdict.fault;
  }
  if (isOfUse) return;
  const [first] = approval.actions;
  assert(first !== undefined, "an approval is about something");
  throw replayed ?? repeated({ id: first.id, verb: verbOf(first) }, [approval.by]);
}

/** Whether somebody approves an action by it who did not before. A user who approves again has more time by it. */
function isNews(
  approval: KeptApproval,
  {
    query,
    verdict,
  }: { readonly query: ApprovalQuery; readonly verdict: Verdict & { type: "accepted" } },
  { approvals, ledger }: TakingParts,
): boolean {
  if (approval.envelope === undefined) return true;
  const others = [...ledger.approvals()].filter(({ nonce }) => nonce !== approval.nonce);
  const known = new Set(
    others.flatMap((other) => {
      if (!other.actions.some(({ digest }) => digest === query.digest)) return [];
      const found = approvals.judge(other, query);
      return found.type === "accepted" ? found.people : [];
    }),
  );
  return verdict.people.some((person) => !known.has(person));
}

function queryOf(
  action: KeptAction,
  { planned }: KeptApproval,
  declared: TakingParts["declared"],
): ApprovalQuery {
  const { id, digest } = action;
  const tags = declared?.tagsOf(id) ?? [];
  return { id, verb: verbOf(action), digest, tags, planned: declared?.planned ?? planned };
}

/** A ledger keeps a few, and of too many drops those that expire first. */
function tooMany(): Fault {
  return new Fault({
    reason: "ApprovalMissing",
    message: "it is not kept: too many approvals wait to be used, and all of them expire later",
    resolution: "Have it expire later, or use the others first.",
  });
}

const VERBS: readonly ApprovalQuery["verb"][] = ["create", "update", "delete", "refresh", "run"];

/** @throws {Fault} InputInvalid, for a verb that no action has. */
function verbOf({ verb }: KeptAction): ApprovalQuery["verb"] {
  const known = VERBS.find((one) => one === verb);
  if (known !== undefined) return known;
  throw new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(verb)} is no verb of an action`,
    resolution: `There is ${VERBS.join(", ")}.`,
  });
}

function say({ events }: TakingParts, { actions, by }: KeptApproval, fault?: Fault): void {
  const refused = fault === undefined ? {} : { fault: fault.toJSON() };
  const what = fault === undefined ? "given" : "refused";
  for (const { id, verb } of actions.slice(0, MOST_ACTIONS)) {
    events({ type: "approval", what, id, verb, by: [by], ...refused });
  }
}
