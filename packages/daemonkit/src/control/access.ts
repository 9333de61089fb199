import { DaemonFault } from "../daemon-fault.ts";
import type { Peer } from "../native/peer.ts";
import type { RouteAccess } from "./route.ts";

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
 * Refuses who may not. Where the kernel cannot be asked, the rights of the socket alone decide who reads, and nobody
 * acts, unless none but the owner and root can connect at all.
 * @throws {DaemonFault} NotPermitted; PeerUnknown.
 */
export function refuseAccess(access: RouteAccess, rules: AccessRules, asking: KnownPeer): void {
  if (asking.type === "unknown") {
    if (access === "read" || rules.readersGid === undefined) return;
    throw new DaemonFault({
      reason: "PeerUnknown",
      message: `it cannot be told who asks: ${asking.fault.message}`,
      resolution: asking.fault.resolution,
      cause: asking.fault,
    });
  }
  const { uid, gids } = asking.peer;
  if (uid === 0 || uid === rules.ownerUid) return;
  const { readersGid, operatorsGid } = rules;
  if (operatorsGid !== undefined && gids.includes(operatorsGid)) return;
  if (access === "read" && readersGid !== undefined && gids.includes(readersGid)) return;
  throw new DaemonFault({
    reason: "NotPermitted",
    message: `user ${uid} may not ${access === "act" ? "act on" : "read from"} this daemon`,
    resolution: resolutionFor(access, rules),
  });
}

function resolutionFor(access: RouteAccess, { readersGid, operatorsGid }: AccessRules): string {
  const gid = access === "act" ? operatorsGid : readersGid;
  return gid === undefined ? "Ask as root." : `Ask as root or as a member of group ${gid}.`;
}
