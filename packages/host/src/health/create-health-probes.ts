import {
  type Clock,
  type HealthProbes,
  type ProbeOutcome,
  throwIfAborted,
  type Truth,
  unreachable,
} from "@holdfast/core";
import { createDial } from "../conditions/dial.ts";
import { getStatus } from "./get-status.ts";

/** Health probes over the network of this machine (K11). Holds nothing open between two of them. */
export function createHealthProbes({ clock }: { readonly clock: Clock }): HealthProbes {
  return {
    async dial({ endpoint, timeoutMs }, signal) {
      throwIfAborted(signal);
      const truth = await createDial(clock, timeoutMs)(endpoint, signal);
      throwIfAborted(signal);
      return outcomeOf(truth);
    },
    async get({ url, status: wanted, timeoutMs }, signal) {
      throwIfAborted(signal);
      const answer = await getStatus({ url, timeoutMs, clock }, signal);
      throwIfAborted(signal);
      if (typeof answer === "string") return { type: "failed", why: answer };
      const isRight = wanted === undefined ? answer >= 200 && answer <= 399 : answer === wanted;
      return isRight ? { type: "passed" } : { type: "failed", why: `it answered ${answer}` };
    },
  };
}

function outcomeOf(truth: Truth): ProbeOutcome {
  switch (truth.type) {
    case "holds":
      return { type: "passed" };
    case "fails":
      return { type: "failed", why: truth.why ?? "it does not answer" };
    case "untold":
      return { type: "failed", why: truth.why };
    default:
      return unreachable(truth);
  }
}
