import { connect } from "node:net";
import { type Clock, formatDuration } from "../clock.ts";
import { abortFault, DaemonFault, throwIfAborted } from "../daemon-fault.ts";
import { numberOption } from "../option.ts";
import { systemClock } from "../system.ts";
import type { Probe } from "./probe.ts";

/** Where something must accept connections. */
export interface TcpProbe {
  readonly host: string;
  readonly port: number;
  /** Default 2 000. */
  readonly timeoutMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Asks whether a TCP port accepts a connection, and closes it at once.
 * Fails with ConnectFailed.
 */
export function tcpProbe(options: TcpProbe): Probe {
  const { host, port, clock = systemClock } = options;
  const timeoutMs = numberOption({
    name: "timeoutMs",
    value: options.timeoutMs,
    otherwise: 2_000,
  });
  const where = `${host}:${port}`;
  return { name: `tcp ${where}`, check };

  async function check(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ host, port }, resolve);
    socket.on("error", (error) => reject(refused(where, error.message, error)));
    const cancel = clock.schedule(timeoutMs, () =>
      reject(refused(where, `no answer within ${formatDuration(timeoutMs)}`)),
    );
    const onAbort = (): void => reject(abortFault(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      cancel();
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
    }
  }
}

function refused(where: string, why: string, cause?: unknown): DaemonFault {
  return new DaemonFault({
    reason: "ConnectFailed",
    message: `${where} does not accept connections: ${why}`,
    resolution: "Start what listens there, or correct the address and the firewall.",
    cause,
  });
}
