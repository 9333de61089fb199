import { connect } from "node:net";
import type { Clock } from "../clock.ts";

/** What is dialled, and how long. */
export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** What came of a dial. */
export type DialOutcome =
  | { readonly type: "connected" }
  | { readonly type: "refused"; readonly error: Error }
  /** Nobody answered in time. */
  | { readonly type: "silent" }
  | { readonly type: "aborted" };

/** Connects over TCP and lets go again; nothing is sent. Never rejects. */
export async function dialTcp(options: DialOptions, signal: AbortSignal): Promise<DialOutcome> {
  const { host, port, timeoutMs, clock } = options;
  if (signal.aborted) return { type: "aborted" };
  const { promise, resolve } = Promise.withResolvers<DialOutcome>();
  const socket = connect({ host, port }, () => resolve({ type: "connected" }));
  socket.on("error", (error) => resolve({ type: "refused", error }));
  const cancel = clock.schedule(timeoutMs, () => resolve({ type: "silent" }));
  const onAbort = (): void => resolve({ type: "aborted" });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
    // A plain end, not a reset, which the other side may take for a fault and log.
    socket.destroy();
  }
}
