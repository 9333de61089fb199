import { DaemonFault } from "../../daemon-fault.ts";
import type { Peer } from "../../native/peer.ts";

/** `read` is for whoever may connect, `act` for root and the operators. */
export type RouteAccess = "read" | "act";

/** Who may do what on a control socket. */
export interface AccessRules {
  /** Whose daemon it is; it may do what root may. */
  readonly ownerUid: number;
  /** The socket's group, whose members may read. */
  readonly readersGid: number | undefined;
  /** The group whose members may act. */
  readonly operatorsGid: number | undefined;
}

/** Who asks, as far as the kernel could be asked. */
export type KnownPeer =
  | { readonly type: "known"; readonly peer: Peer }
  | { readonly type: "unknown"; readonly fault: DaemonFault };

/**
 * The most that a client may do; `undefined` when nothing. Where the kernel cannot be asked, the rights of the socket alone
 * decide who reads, and nobody acts, unless none but the owner and root can connect at all.
 */
export function rightOf(rules: AccessRules, asking: KnownPeer): RouteAccess | undefined {
  const { readersGid, operatorsGid } = rules;
  if (asking.type === "unknown") return readersGid === undefined ? "act" : "read";
  const { uid, gids } = asking.peer;
  if (uid === 0 || uid === rules.ownerUid) return "act";
  if (operatorsGid !== undefined && gids.includes(operatorsGid)) return "act";
  return readersGid !== undefined && gids.includes(readersGid) ? "read" : undefined;
}

/**
 * Refuses who may not.
 * @throws {DaemonFault} NotPermitted; PeerUnknown.
 */
export function refuseAccess(access: RouteAccess, rules: AccessRules, asking: KnownPeer): void {
  const right = rightOf(rules, asking);
  if (right === "act" || right === access) return;
  if (asking.type === "unknown") {
    throw new DaemonFault({
      reason: "PeerUnknown",
      message: `the client cannot be identified: ${asking.fault.message}`,
      resolution: asking.fault.resolution,
      cause: asking.fault,
    });
  }
  throw new DaemonFault({
    reason: "NotPermitted",
    message: `user ${asking.peer.uid} may not ${access === "act" ? "act on" : "read from"} this daemon`,
    resolution: resolutionFor(access, rules),
  });
}

function resolutionFor(access: RouteAccess, { readersGid, operatorsGid }: AccessRules): string {
  const gid = access === "act" ? operatorsGid : readersGid;
  return gid === undefined ? "Ask as root." : `Ask as root or as a member of group ${gid}.`;
}
