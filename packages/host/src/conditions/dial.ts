import { type Clock, type Endpoint, type Truth, unreachable } from "@holdfast/core";
import { dialTcp } from "@holdfast/daemonkit/machine";
import { codeOf } from "../system/error-code.ts";
import type { Dial } from "./tcp-leaves.ts";

/** A service without an answer by then does not answer (B5). */
const DIAL_WITHIN_MS = 2_000;

/** Dials over the network of this machine, for at most `withinMs`. Nothing is sent. */
export function createDial(clock: Clock, withinMs = DIAL_WITHIN_MS): Dial {
  return async ({ host, port }: Endpoint, signal: AbortSignal): Promise<Truth> => {
    const outcome = await dialTcp({ host, port, timeoutMs: withinMs, clock }, signal);
    switch (outcome.type) {
      case "connected":
        return { type: "holds" };
      case "refused":
        return { type: "fails", why: whyNot(outcome.error) };
      case "silent":
        return { type: "fails", why: `no answer within ${withinMs / 1000} s` };
      case "aborted":
        return { type: "unknown", why: "stopped before it answered" };
      default:
        return unreachable(outcome);
    }
  };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENOTFOUND: "the name does not exist",
  EAI_AGAIN: "the name cannot be looked up now",
};

/** Why no connection came about. With several addresses the errors of all are joined; the first has the cause that people know. */
export function whyNot(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = codeOf(first) ?? String(first);
  return WORDS[code] ?? code;
}
