import type { ResourceId } from "../id.ts";
import { type Requester, requesterWords } from "./requester.ts";

/** Something that a person had done to the agent or its ledger, and that is no operation of a resource. */
export interface AgentOrder {
  /** The word of the command: `forget`, `adopt`, `resolve` (a one-shot), `pause`, `resume` (what was undone, too), `undo`, `confirm`. */
  readonly order: "forget" | "adopt" | "resolve" | "pause" | "resume" | "undo" | "confirm";
  /** The resource that it is about; `undefined` when it is about the agent. */
  readonly id?: ResourceId;
  /** The key and its outcome, what was to be undone, or the reason in the words of the person. */
  readonly detail?: string;
  /** `undefined` when it is unknown. */
  readonly requester?: Requester;
}

/** An order as words without a full stop: `forget of file:/a, asked for by root (uid 0)`. */
export function agentOrderWords({ order, id, detail, requester }: AgentOrder): string {
  const what = [order, ...(id === undefined ? [] : [`of ${id}`])].join(" ");
  const more = detail === undefined ? "" : `: ${detail}`;
  const who = requester === undefined ? "an unknown user" : requesterWords(requester);
  return `${what}${more}, asked for by ${who}`;
}
