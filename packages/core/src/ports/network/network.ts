import type { AddressFamily } from "../firewall/firewall-table.ts";
import type { Watch } from "../paths.ts";

/** A route of a link. */
export interface LinkRoute {
  readonly family: AddressFamily;
  /** A network in its shortest form, or `default`. */
  readonly to: string;
  /** An address. Default: what it leads to is on the link itself. */
  readonly via?: string;
  /** Lower ones are taken first. Default: the kernel's. */
  readonly metric?: number;
}

/** A link of the kernel, as of one moment: an interface of the machine, or one that was made. */
export interface NetworkLink {
  readonly name: string;
  /** Its number, as long as it is there. */
  readonly index: number;
  readonly isUp: boolean;
  readonly mtu: number;
  /** What it is made as: `bridge`, `vlan`, `bond`, `veth`; `undefined` for hardware. */
  readonly kind: string | undefined;
  /** The bridge or bond that it is a part of. */
  readonly master: string | undefined;
  /** With their prefixes, in their shortest form and in order: those that reach beyond the link and were not leased. */
  readonly addresses: readonly string[];
  /** Of the main table: those that somebody made, and neither the kernel nor a lease nor a neighbour. */
  readonly routes: readonly LinkRoute[];
  /** Packets to everywhere leave by it, whoever made the route, or a connection from elsewhere ends at one of its addresses. */
  readonly isControl: boolean;
}

/** What there is of a network. */
export interface NetworkState {
  /** False under another root: its network is not that of the kernel. */
  readonly isLive: boolean;
  /** Those of the links that were asked for and are there. */
  readonly links: ReadonlyMap<string, NetworkLink>;
  /** The other ends of connections from elsewhere: one may be of who manages the machine. */
  readonly peers: readonly string[];
}

/** How a link is made that is no hardware. */
export type MadeLink =
  | { readonly kind: "bridge" }
  | { readonly kind: "vlan"; readonly parent: string; readonly id: number }
  | { readonly kind: "bond"; readonly mode: string };

/** One change of the kernel's network. */
export type NetworkStep =
  | { readonly type: "make-link"; readonly link: string; readonly made: MadeLink }
  | { readonly type: "remove-link"; readonly link: string }
  /** Makes it a part of a bridge or bond; `undefined` takes it out. */
  | { readonly type: "set-master"; readonly link: string; readonly master: string | undefined }
  | { readonly type: "set-up" | "set-down"; readonly link: string }
  | { readonly type: "set-mtu"; readonly link: string; readonly mtu: number }
  | { readonly type: "add-address"; readonly link: string; readonly address: string }
  | { readonly type: "remove-address"; readonly link: string; readonly address: string }
  | { readonly type: "add-route"; readonly link: string; readonly route: LinkRoute }
  | { readonly type: "remove-route"; readonly link: string; readonly route: LinkRoute };

/** What a watch of the network says. */
export type NetworkHint =
  /** Without a name, any link may have changed. */
  | { readonly type: "network"; readonly trigger: string; readonly link?: string }
  | { readonly type: "overflow" };

/**
 * Observing the network of the kernel.
 *
 * Faults of all: NotPrivileged, CommandNotFound, CommandTimeout, HostFailed, Aborted.
 */
export interface NetworkReader {
  /** Reads links by their names. @throws {Fault} NetworkUnreadable. */
  read(names: readonly string[], signal: AbortSignal): Promise<NetworkState>;
  /** Whether systemd-networkd runs, and so keeps what its files say. */
  isNetworkdRunning(signal: AbortSignal): Promise<boolean>;
  /**
   * Resolves when live: every change of links, addresses and routes after that is hinted, whoever made it.
   * @throws {Fault} WatchFailed.
   */
  watch(hear: (hint: NetworkHint) => void, signal: AbortSignal): Promise<Watch>;
}

/** Changing it. Under another root nothing can be: NetworkUnavailable. */
export interface NetworkWriter extends NetworkReader {
  /** Changes the kernel's network, until the next boot. What is so already is no mistake. @throws {Fault} NetworkRefused. */
  change(step: NetworkStep, signal: AbortSignal): Promise<void>;
  /**
   * Has systemd-networkd read its files again: it makes links that are new, and changes those whose files changed, after this
   * resolves.
   * @throws {Fault} NetworkRefused.
   */
  reload(signal: AbortSignal): Promise<void>;
}
