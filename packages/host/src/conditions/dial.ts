import { connect } from "node:net";
import type { Clock, Endpoint, Truth } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import type { Dial } from "./tcp-leaves.ts";

/** What has not answered by then does not answer (B5). */
const DIAL_WITHIN_MS = 2_000;

/** Dials over the network of this machine, for at most `withinMs`. Nothing is sent. */
export function createDial(clock: Clock, withinMs = DIAL_WITHIN_MS): Dial {
  return ({ host, port }: Endpoint, signal: AbortSignal): Promise<Truth> =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      const end = (truth: Truth): void => {
        cancel();
        signal.removeEventListener("abort", onAbort);
        // A plain end, not a reset, which the other side may take for a fault and log.
        socket.destroy();
        resolve(truth);
      };
      const onAbort = (): void => end({ type: "unknown", why: "stopped before it answered" });
      const cancel = clock.schedule(withinMs, () =>
        end({ type: "fails", why: `no answer within ${withinMs / 1000} s` }),
      );
      signal.addEventListener("abort", onAbort, { once: true });
      socket.once("connect", () => end({ type: "holds" }));
      socket.on("error", (error) => end({ type: "fails", why: whyNot(error) }));
      if (signal.aborted) onAbort();
    });
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
