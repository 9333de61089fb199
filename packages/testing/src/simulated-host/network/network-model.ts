import {
  Fault,
  type LinkRoute,
  type NetworkLink,
  type NetworkStep,
  unreachable,
} from "@holdfast/core";

const MTU = 1_500;

/** A link of the model. */
interface ModelLink {
  readonly index: number;
  readonly kind: string | undefined;
  isUp: boolean;
  mtu: number;
  master: string | undefined;
  readonly addresses: Set<string>;
  routes: readonly LinkRoute[];
}

/** The links of a simulated kernel. What was made is gone after a boot, and so is all that was set. */
export class NetworkModel {
  readonly links = new Map<string, ModelLink>();
  /** systemd-networkd runs. */
  isNetworkdRunning = true;
  /** Ends what listens, as when somebody kills the monitor. */
  readonly monitors = new Set<(fault: Fault) => void>();
  readonly #listeners = new Set<(link: string) => void>();
  #made = 0;

  constructor(hardware: readonly string[] = ["eth0", "eth1"]) {
    for (const name of hardware) this.#add(name, undefined);
  }

  /** @returns what stops it. */
  listen(listener: (link: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A link as it is observed. */
  shown(name: string): NetworkLink | undefined {
    const link = this.links.get(name);
    if (link === undefined) return undefined;
    const { addresses, routes, ...rest } = link;
    const isControl = routes.some(({ to }) => to === "default");
    return { ...rest, name, addresses: [...addresses].sort(), routes, isControl };
  }

  /** Does a step. What is so already changes nothing, and nobody hears of it. @throws {Fault} NetworkRefused. */
  change(step: NetworkStep): void {
    const before = JSON.stringify(this.shown(step.link));
    this.#carryOut(step);
    if (JSON.stringify(this.shown(step.link)) === before) return;
    for (const listener of this.#listeners) listener(step.link);
  }

  /** After a boot: the hardware, down and empty. */
  bootAgain(): NetworkModel {
    const hardware = [...this.links].filter(([, { kind }]) => kind === undefined);
    const next = new NetworkModel(hardware.map(([name]) => name));
    next.isNetworkdRunning = this.isNetworkdRunning;
    return next;
  }

  #carryOut(step: NetworkStep): void {
    if (step.type === "make-link") {
      if (!this.links.has(step.link)) this.#make(step);
      return;
    }
    if (step.type === "remove-link") {
      this.#remove(step.link);
      return;
    }
    const link = this.#link(step.link);
    switch (step.type) {
      case "set-master":
        if (step.master !== undefined) this.#link(step.master);
        link.master = step.master;
        return;
      case "set-up":
        link.isUp = true;
        return;
      case "set-down":
        link.isUp = false;
        link.routes = [];
        return;
      case "set-mtu":
        link.mtu = step.mtu;
        return;
      case "add-address":
        link.addresses.add(step.address);
        return;
      case "remove-address":
        link.addresses.delete(step.address);
        return;
      case "add-route": {
        if (!link.isUp) throw refused("Network is down");
        const others = link.routes.filter((one) => !isSameRoute(one, step.route));
        link.routes = [...others, step.route];
        return;
      }
      case "remove-route":
        link.routes = link.routes.filter((one) => !isSameRoute(one, step.route));
        return;
      default:
        return unreachable(step);
    }
  }

  #make({ link, made }: Extract<NetworkStep, { type: "make-link" }>): void {
    if (made.kind === "vlan") this.#link(made.parent);
    this.#add(link, made.kind);
  }

  #remove(name: string): void {
    if (this.links.get(name)?.kind === undefined) {
      if (this.links.has(name)) throw refused("Operation not supported");
      return;
    }
    this.links.delete(name);
    for (const link of this.links.values()) if (link.master === name) link.master = undefined;
  }

  #add(name: string, kind: string | undefined): void {
    this.#made += 1;
    const empty = { isUp: false, mtu: MTU, master: undefined, routes: [] };
    this.links.set(name, { index: this.#made, kind, ...empty, addresses: new Set() });
  }

  #link(name: string): ModelLink {
    const link = this.links.get(name);
    if (link === undefined) throw refused(`Cannot find device "${name}"`);
    return link;
  }
}

/** Links that are not as a boot leaves them, as lines of a machine's tree. Hardware stays up, and as long as its packets are, when nothing keeps it. */
export function simulatedNetworkLines(model: NetworkModel): readonly string[] {
  return [...model.links].flatMap(([name, { kind, isUp, mtu, master, addresses, routes }]) => {
    const own = kind === undefined ? {} : { kind, isUp, mtu };
    const set = { ...own, master, addresses: [...addresses].sort(), routes };
    const isBare = addresses.size + routes.length === 0 && master === undefined;
    if (kind === undefined && isBare) return [];
    return [`unit:${name}.link unit 0000 0:0 ${JSON.stringify(set)}`];
  });
}

function isSameRoute(one: LinkRoute, other: LinkRoute): boolean {
  return one.to === other.to && one.family === other.family && one.metric === other.metric;
}

function refused(words: string): Fault {
  return new Fault({
    reason: "NetworkRefused",
    message: `ip was refused: ${words}`,
    resolution: "Correct what ip complains about.",
  });
}
