import { unreachable } from "../assert.ts";
import { type Clock, formatDuration } from "../clock.ts";
import { abortFault, DaemonFault, throwIfAborted } from "../daemon-fault.ts";
import { dialTcp } from "../network/dial-tcp.ts";
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
    const outcome = await dialTcp({ host, port, timeoutMs, clock }, signal);
    switch (outcome.type) {
      case "connected":
        return;
      case "refused":
        throw refused(where, outcome.error.message, outcome.error);
      case "silent":
        throw refused(where, `no answer within ${formatDuration(timeoutMs)}`);
      case "aborted":
        throw abortFault(signal);
      default:
        return unreachable(outcome);
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
