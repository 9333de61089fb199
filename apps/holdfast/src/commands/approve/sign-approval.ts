import { randomBytes } from "node:crypto";
import { openSigner } from "@holdfast/agent/trust";
import { Fault, type Plan, type PlannedAction } from "@holdfast/core";
import {
  approvalEnvelope,
  type Envelope,
  parseApproval,
  printEnvelope,
  signEnvelope,
} from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import type { Surroundings } from "../../surroundings.ts";
import { keptAction } from "./approving.ts";

/** What is signed: some actions of a plan, for a time. */
export interface SignedActions {
  readonly plan: Plan;
  readonly actions: readonly PlannedAction[];
  /** Default: an hour. */
  readonly validMs?: number;
}

/** The key on the command line. */
export interface NamedKey {
  readonly key: string;
  readonly surroundings: Surroundings;
}

const VALID_MS = 3_600_000;
/** An agent whose clock is behind by no more takes it at once. */
const CLOCK_SKEW_MS = 60_000;
const NONCE_BYTES = 16;

/**
 * Signs an approval of actions that were planned.
 * @throws {Fault} NotBuilt, of a plan that says nothing of its agent; UsageInvalid, before its agent has a ledger; what the
 *   signer throws.
 */
export async function signPlan(
  { plan, actions, validMs = VALID_MS }: SignedActions,
  key: NamedKey,
  signal: AbortSignal,
): Promise<string> {
  if (plan.origin === undefined) throw notOfAnAgent();
  if (plan.origin.lineage === "") throw nothingApplied();
  const nowMs = Date.now();
  const unsigned = approvalEnvelope({
    ...plan.origin,
    actions: actions.flatMap(keptAction),
    nonce: randomBytes(NONCE_BYTES).toString("hex"),
    notBeforeMs: nowMs - CLOCK_SKEW_MS,
    expiresMs: nowMs + validMs,
  });
  return await signed(unsigned, key, signal);
}

/**
 * Puts one more signature on an approval.
 * @throws {Fault} EnvelopeMalformed, EnvelopeTypeWrong; what the signer throws.
 */
export async function signAgain(text: string, key: NamedKey, signal: AbortSignal): Promise<string> {
  const parsed = parseApproval(text);
  if (parsed.type === "refused") throw parsed.fault;
  return await signed(parsed.envelope, key, signal);
}

async function signed(
  envelope: Envelope,
  { key, surroundings }: NamedKey,
  signal: AbortSignal,
): Promise<string> {
  const { environment, userId, stderr } = surroundings;
  const isAttended = stderr.isTTY === true;
  const path = namedPath(key, surroundings);
  const signer = await openSigner({ path, environment, isAttended, userId }, signal);
  return printEnvelope(await signEnvelope(envelope, signer, signal));
}

function nothingApplied(): Fault {
  return new Fault({
    reason: "UsageInvalid",
    message: "nothing was ever applied there, so that there is no ledger to approve it for",
    resolution: "Run holdfast apply there once: what needs an approval waits. Then plan again.",
  });
}

function notOfAnAgent(): Fault {
  return new Fault({
    reason: "NotBuilt",
    message: "the agent does not say where its plan is from",
    resolution: "Use an agent of this version.",
  });
}
