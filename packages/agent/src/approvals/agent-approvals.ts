// Long because: whose approval counts is decided in one place.
import { join } from "node:path";
import {
  type ApprovalQuery,
  type Clock,
  Fault,
  type FaultReason,
  type GivenApprovals,
  type KeptApproval,
  nonceOf,
  NOT_APPROVED,
  type PlanOrigin,
  type SpentNonce,
} from "@holdfast/core";
import { isAbsent } from "../own-files/is-absent.ts";
import type { OpenLedger } from "@holdfast/ledger";
import type { TrustList } from "@holdfast/trust";
import { requireInside } from "../open/own-paths.ts";

/** The code for signatures: an agent without a trust list never loads it. */
type Signatures = typeof import("./signed-approvals.ts");

/** What the approvals of an agent are judged with. */
export interface AgentApprovalsOptions {
  readonly ledger: OpenLedger;
  readonly clock: Clock;
  readonly root: string;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** What approvals and roles call this agent. */
  readonly agent: string;
  /** What is found of the trust list may be written into the ledger. */
  readonly isWriter: boolean;
}

/** Whose approvals count. */
export type Authority =
  /** There is no trust list: that of who may act on this machine. */
  | { readonly type: "rights" }
  | { readonly type: "list"; readonly list: TrustList; readonly signatures: Signatures }
  /** There should be a list, and none can be followed: nobody's. */
  | { readonly type: "nobody"; readonly fault: Fault };

/** The trust list of an agent, under its root. */
export const TRUST_FILE = "/etc/holdfast/trust.json";

/** As many refusals are remembered, for people who ask why. */
const MOST_REFUSALS = 256;

/**
 * The approvals of an agent. Each is verified when it is to count: by the trust list that is followed then, the clock, what
 * is declared, and what was used. It decides and keeps; what is done is for the gate.
 */
export class AgentApprovals {
  readonly #options: AgentApprovalsOptions;
  #authority: Authority = { type: "rights" };
  /** Why the list that is there is not followed, while the one before holds on. */
  #refused: Fault | undefined;
  #wasRefused = false;
  /** By the digest of an action, why the last approval that was given for it does not count. */
  readonly #refusals = new Map<string, string>();

  constructor(options: AgentApprovalsOptions) {
    this.#options = options;
  }

  /** Reads the trust list. One that is not followed is `condition`; the list before it holds on. */
  async load(signal: AbortSignal): Promise<void> {
    this.#wasRefused = this.#refused !== undefined;
    try {
      this.#authority = await this.#read(signal);
      this.#refused = undefined;
    } catch (error) {
      if (signal.aborted || !(error instanceof Fault)) throw error;
      this.#refused = error;
      if (this.#authority.type === "list") return;
      this.#authority = { type: "nobody", fault: error };
    }
  }

  /** What is wrong with the trust list; `undefined` while it is followed, or there is none. */
  get condition(): Fault | undefined {
    return this.#refused;
  }

  /** Something was wrong with the list when it was read before. */
  get wasRefused(): boolean {
    return this.#wasRefused;
  }

  get authority(): Authority {
    return this.#authority;
  }

  /** Where plans of this agent are from. */
  origin(planned: string): PlanOrigin {
    const { agent, ledger } = this.#options;
    return { agent, lineage: ledger.isNew ? "" : ledger.lineage, planned };
  }

  /** Who has approved exactly this action, as of now. */
  of(query: ApprovalQuery): GivenApprovals {
    const people = new Map<string, string>();
    const nonces: SpentNonce[] = [];
    let refusal = this.#refusals.get(query.digest);
    for (const approval of this.#options.ledger.approvals()) {
      if (!approval.actions.some(({ digest }) => digest === query.digest)) continue;
      const verdict = this.judge(approval, query);
      if (verdict.type === "refused") {
        refusal = wordsOf(verdict.fault);
        continue;
      }
      const isRepeated = verdict.people.every((person) => people.has(person));
      if (isRepeated) refusal = wordsOf(repeated(query, verdict.people));
      for (const person of verdict.people) people.set(person, person);
      nonces.push({ nonce: verdict.nonce, expiresMs: approval.expiresMs });
    }
    const refused = refusal === undefined ? {} : { refusal };
    if (people.size === 0) return { ...NOT_APPROVED, ...refused };
    return { count: people.size, by: [...people.values()], nonces, ...refused };
  }

  /** Whether one approval counts for an action, as of now. */
  judge(approval: KeptApproval, query: ApprovalQuery): Verdict {
    const { ledger } = this.#options;
    if (ledger.areKeysInDoubt) return { type: "refused", fault: inDoubt(query) };
    const authority = this.#authority;
    if (authority.type === "nobody") return { type: "refused", fault: authority.fault };
    if (authority.type === "rights") return this.#judgeByRights(approval, query);
    if (approval.envelope === undefined) return { type: "refused", fault: notSigned(query) };
    const { agent, clock } = this.#options;
    const verdict = authority.signatures.verifySigned(approval.envelope, {
      trustList: authority.list,
      agent,
      lineage: ledger.lineage,
      action: query,
      planned: query.planned,
      isSpent: (nonce, expiresMs) => ledger.isSpent({ nonce, expiresMs }),
      nowMs: clock.wallMs(),
    });
    if (verdict.type === "refused") return verdict;
    return { type: "accepted", people: verdict.keys, nonce: verdict.nonce };
  }

  /** Remembers why an approval was refused, for who asks about its actions. */
  noteRefusal(actions: KeptApproval["actions"], fault: Fault): void {
    for (const { digest } of actions.slice(0, MOST_REFUSALS)) {
      this.#refusals.delete(digest);
      this.#refusals.set(digest, wordsOf(fault));
    }
    for (const digest of this.#refusals.keys()) {
      if (this.#refusals.size <= MOST_REFUSALS) return;
      this.#refusals.delete(digest);
    }
  }

  #judgeByRights(approval: KeptApproval, query: ApprovalQuery): Verdict {
    const { ledger, clock } = this.#options;
    const { id, verb, digest, planned } = query;
    const refuse = (reason: FaultReason, message: string): Verdict => ({
      type: "refused",
      fault: new Fault({ reason, message, resolution: `Approve it anew: holdfast approve ${id}.` }),
    });
    if (approval.envelope !== undefined) {
      return refuse("TrustListMissing", "there is no trust list by which a signature counts");
    }
    const at = approval.actions.findIndex(
      (one) => one.id === id && one.verb === verb && one.digest === digest,
    );
    if (at < 0) {
      return refuse("ApprovalForOtherAction", `to ${verb} ${id} is not what it approves`);
    }
    if (approval.planned !== planned) {
      return refuse("ApprovalOutdated", `${id} is declared otherwise since it was approved`);
    }
    if (clock.wallMs() >= approval.expiresMs) {
      return refuse("ApprovalExpired", `the approval to ${verb} ${id} has expired`);
    }
    const nonce = nonceOf(approval, at);
    if (ledger.isSpent({ nonce, expiresMs: approval.expiresMs })) {
      return refuse("ApprovalReplayed", `the approval to ${verb} ${id} was used already`);
    }
    return { type: "accepted", people: [approval.by], nonce };
  }

  async #read(signal: AbortSignal): Promise<Authority> {
    const { root, userId, ledger, clock, isWriter } = this.#options;
    const path = join(root, TRUST_FILE);
    const anchor = ledger.trustAnchor();
    if (await isAbsent(path)) {
      if (anchor === undefined) return { type: "rights" };
      throw listGone(path);
    }
    await requireInside(root, path);
    const signatures = await import("./signed-approvals.ts");
    const place = { path, userId, anchor, nowMs: clock.wallMs() };
    const followed = await signatures.followTrustList(place, signal);
    if (followed.anchor !== undefined && isWriter) {
      await ledger.anchorTrust(followed.anchor, signal);
    }
    return { type: "list", list: followed.list, signatures };
  }
}

/** Whether an approval counts, and whose it is: keys, or users of this machine. */
export type Verdict =
  | { readonly type: "accepted"; readonly people: readonly string[]; readonly nonce: string }
  | { readonly type: "refused"; readonly fault: Fault };

/** One key, or one user, counts once. */
export function repeated(
  { id, verb }: Pick<ApprovalQuery, "id" | "verb">,
  people: readonly string[],
): Fault {
  return new Fault({
    reason: "SignerRepeated",
    message: `${people.join(" and ")} approved to ${verb} ${id} already`,
    resolution: "Have another person approve it: a key counts once.",
  });
}

function wordsOf({ reason, message }: Fault): string {
  return `${reason}: ${message}`;
}

function notSigned({ id, verb }: ApprovalQuery): Fault {
  return new Fault({
    reason: "ApprovalMissing",
    message: `the approval to ${verb} ${id} is not signed, and there is a trust list`,
    resolution: `Sign it: holdfast approve ${id} --key FILE.`,
  });
}

function inDoubt({ id, verb }: ApprovalQuery): Fault {
  return new Fault({
    reason: "ApprovalReplayed",
    message: `the ledger has lost lines, so that the approval to ${verb} ${id} may have been used`,
    resolution:
      "Say that nothing that is not known was done: holdfast ledger resolve --lost --again.",
  });
}

function listGone(path: string): Fault {
  return new Fault({
    reason: "TrustListMissing",
    message: `${path} is gone, so that nobody can approve anything`,
    resolution: "Put the trust list back, or a newer one that its roots have signed.",
  });
}
