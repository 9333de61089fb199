import {
  type Clock,
  type Endpoint,
  parseEndpoint,
  throwIfAborted,
  type Truth,
} from "@holdfast/core";
import { type LeafSource, watchUntil } from "./leaf-source.ts";

/** Nobody tells when a port begins to listen, so it is asked this often (B5). */
const POLL_MS = 5_000;

/** Connects and lets go again; resolves with what came of it, in time. Never rejects. */
export type Dial = (endpoint: Endpoint, signal: AbortSignal) => Promise<Truth>;

/** Whether a connection can be made. */
export function tcpLeaves(dial: Dial, clock: Clock): LeafSource {
  return {
    async observe(subject, signal): Promise<Truth> {
      throwIfAborted(signal);
      const endpoint = parseEndpoint(subject);
      if (endpoint === undefined) return { type: "unknown", why: "it is not host:port" };
      const truth = await dial(endpoint, signal);
      throwIfAborted(signal);
      return truth;
    },
    async watch(subjects, hear, signal) {
      throwIfAborted(signal);
      let cancel = (): void => {};
      const wait = (): void => {
        cancel = clock.schedule(POLL_MS, () => {
          for (const position of subjects.keys()) hear(position, "time to dial again");
          wait();
        });
      };
      wait();
      return watchUntil(() => cancel());
    },
  };
}
