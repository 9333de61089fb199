import {
  Fault,
  FAULT_REASONS,
  type FaultReason,
  isJsonObject,
  type Json,
  type JsonObject,
} from "@holdfast/core";
import { lockHolder } from "./lock-holder.ts";

/** No agent serves on any of these paths: there is no agent, or its socket is not served. */
export function notRunning(socketPaths: readonly string[]): Fault {
  for (const socketPath of socketPaths) {
    const pid = lockHolder(socketPath);
    if (pid !== undefined) return notServed(socketPath, pid);
  }
  return new Fault({
    reason: "AgentNotRunning",
    message: `no agent serves this root: no answer on ${socketPaths.join(" or ")}`,
    resolution: "Start holdfast serve, or name the root that it serves with --root DIR.",
  });
}

function notServed(socketPath: string, pid: number): Fault {
  return new Fault({
    reason: "ControlUnavailable",
    message: `the process ${pid} looks after this root, and does not answer on ${socketPath}`,
    resolution:
      "If it has just begun, ask again. Its log says why it does not serve the socket; an apply has none.",
  });
}

/** Why a socket cannot be connected to; `undefined` when no process serves it. */
export function unreachableFault(socketPath: string, error: unknown): Fault | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTDIR") return undefined;
  if (code === "EACCES" || code === "EPERM") {
    return new Fault({
      reason: "NotPrivileged",
      message: `this user may not connect to ${socketPath}`,
      resolution: "Ask as root, or as the user that the agent runs as.",
      cause: error,
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new Fault({
    reason: "HostFailed",
    message: `the control socket ${socketPath} cannot be used: ${why}`,
    resolution: "Check whether the agent is well, and ask again.",
    cause: error,
  });
}

/** The fault in an answer `{error: {reason, message, resolution}}`; `undefined` when there is none. */
export function answeredFault({ error }: JsonObject): Fault | undefined {
  if (error === undefined || !isJsonObject(error)) return undefined;
  const { reason, message, resolution } = error;
  if (typeof message !== "string" || typeof resolution !== "string") return undefined;
  return new Fault({ reason: toReason(reason), message, resolution });
}

/** The socket's own reasons, in our words. */
const SOCKET_REASONS: ReadonlyMap<string, FaultReason> = new Map([
  ["NotPermitted", "NotPrivileged"],
  ["PeerUnknown", "NotPrivileged"],
  ["Stopping", "AgentNotRunning"],
  ["TooManyClients", "AgentBusy"],
]);

function toReason(reason: Json | undefined): FaultReason {
  if (typeof reason !== "string") return "HostFailed";
  return isReason(reason) ? reason : (SOCKET_REASONS.get(reason) ?? "HostFailed");
}

function isReason(word: string): word is FaultReason {
  return Object.hasOwn(FAULT_REASONS, word);
}
