import {
  type Clock,
  Fault,
  type NetworkHint,
  type NetworkWriter,
  throwIfAborted,
  type Watch,
} from "@holdfast/core";
import type { NetworkModel } from "./network-model.ts";
import { SimulatedNetworkd } from "./simulated-networkd.ts";

/** A network with what tells of it. */
export interface SimulatedNetwork extends NetworkWriter {
  readonly model: NetworkModel;
}

/** What a simulated network is made of. */
export interface NetworkParts {
  readonly clock: Clock;
  readonly root: string;
  readonly model: NetworkModel;
  /** What systemd-networkd reads, by path. */
  readonly files: () => ReadonlyMap<string, string>;
}

/** The network of a simulated machine; another root has none. */
export function simulatedNetwork(parts: NetworkParts): SimulatedNetwork {
  const { model, root, files } = parts;
  const isLive = root === "/";
  const networkd = new SimulatedNetworkd(model, files);
  const enter = (signal: AbortSignal): void => {
    throwIfAborted(signal);
    if (!isLive) throw unavailable("the network of another root is not that of the kernel");
  };
  const ask = (signal: AbortSignal): void => {
    enter(signal);
    if (!model.isNetworkdRunning) throw unavailable("systemd-networkd does not run");
  };
  return {
    model,
    async read(names, signal) {
      throwIfAborted(signal);
      const there = names.flatMap((name) => (isLive ? (model.shown(name) ?? []) : []));
      return { isLive, links: new Map(there.map((link) => [link.name, link])), peers: [] };
    },
    async isNetworkdRunning(signal) {
      throwIfAborted(signal);
      return isLive && model.isNetworkdRunning;
    },
    async change(step, signal) {
      enter(signal);
      model.change(step);
    },
    async reload(signal) {
      ask(signal);
      networkd.reload();
    },
    async watch(hear, signal) {
      throwIfAborted(signal);
      return watch(parts, hear);
    },
  };
}

function watch({ clock, model }: NetworkParts, hear: (hint: NetworkHint) => void): Watch {
  const ended = Promise.withResolvers<Fault | undefined>();
  const stop = model.listen((link) => {
    clock.schedule(1, () => hear({ type: "network", trigger: "the network changed", link }));
  });
  const end = (fault: Fault | undefined): void => {
    stop();
    model.monitors.delete(end);
    ended.resolve(fault);
  };
  model.monitors.add(end);
  return { ended: ended.promise, [Symbol.asyncDispose]: async () => end(undefined) };
}

function unavailable(why: string): Fault {
  return new Fault({
    reason: "NetworkUnavailable",
    message: `no link is changed: ${why}`,
    resolution: "Apply it in the machine itself.",
  });
}
