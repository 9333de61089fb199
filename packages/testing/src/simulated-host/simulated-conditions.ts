import {
  type Clock,
  type Fault,
  type FileReader,
  type LeafCondition,
  type MachineConditions,
  type PathWatches,
  throwIfAborted,
  type Truth,
  type Watch,
} from "@holdfast/core";
import {
  createConditions,
  fileLeaves,
  type LeafSource,
  mountLeaves,
  tcpLeaves,
  watchUntil,
} from "@holdfast/host";
import type { SimulatedKernel } from "./kernel/kernel.ts";

/** The conditions of a simulated machine, and what can happen to them. Files and mounts are the kernel's. */
export interface SimulatedConditions extends MachineConditions {
  /** Brings an interface up or down; before the first time there is none of that name. */
  setInterface(name: string, isUp: boolean): void;
  /** Begins or ends to answer at `host:port`. */
  setEndpoint(endpoint: string, answers: boolean): void;
  /** While set, leaves of this type are unknown, for this reason. */
  fog(type: LeafCondition["type"], why: string | undefined): void;
  /** Ends every live watch with this fault, as a watcher that died. */
  endAll(fault: Fault): void;
  /** Live watches. */
  count(): number;
}

/** What they are made of. */
export interface SimulatedConditionParts {
  readonly kernel: SimulatedKernel;
  readonly files: FileReader;
  readonly paths: PathWatches;
  readonly clock: Clock;
  readonly root: string;
}

/** Production conditions over a simulated machine. Nothing waits but for the clock that is given. */
export function simulatedConditions(parts: SimulatedConditionParts): SimulatedConditions {
  const { kernel, files, paths, clock, root } = parts;
  const interfaces = new Map<string, boolean>();
  const endpoints = new Set<string>();
  const listeners = new Set<() => void>();
  const fogs = new Map<LeafCondition["type"], string>();
  const live = new Set<(fault: Fault) => void>();
  const conditions = createConditions({
    file: fileLeaves(files, paths),
    mount: mountLeaves({
      read: async () => kernel.calls.mountInfo(),
      root: async () => root,
      watch: async (hear) => watchUntil(kernel.onMounts(hear)),
    }),
    interface: simulatedInterfaces(interfaces, listeners),
    tcp: tcpLeaves(async ({ host, port }) => {
      const answers = endpoints.has(`${host}:${port}`);
      return answers ? { type: "holds" } : { type: "fails", why: "connection refused" };
    }, clock),
  });
  return {
    async observe(leaf, signal): Promise<Truth> {
      const truth = await conditions.observe(leaf, signal);
      const why = fogs.get(leaf.type);
      return why === undefined ? truth : { type: "unknown", why };
    },
    async watch(leaves, hear, signal): Promise<Watch> {
      return mortal(await conditions.watch(leaves, hear, signal), live);
    },
    setInterface(name, isUp) {
      interfaces.set(name, isUp);
      for (const hear of listeners) hear();
    },
    setEndpoint(endpoint, answers) {
      if (answers) endpoints.add(endpoint);
      else endpoints.delete(endpoint);
    },
    fog(type, why) {
      if (why === undefined) fogs.delete(type);
      else fogs.set(type, why);
    },
    endAll(fault) {
      for (const end of live) end(fault);
    },
    count: () => live.size,
  };
}

function simulatedInterfaces(
  interfaces: ReadonlyMap<string, boolean>,
  listeners: Set<() => void>,
): LeafSource {
  return {
    async observe(name, signal) {
      throwIfAborted(signal);
      const isUp = interfaces.get(name);
      if (isUp === undefined) return { type: "fails", why: "there is no such interface" };
      return isUp ? { type: "holds" } : { type: "fails", why: "it is disabled" };
    },
    async watch(subjects, hear) {
      const hearAll = (): void => {
        for (const position of subjects.keys()) hear(position, "interfaces changed");
      };
      listeners.add(hearAll);
      return watchUntil(() => listeners.delete(hearAll));
    },
  };
}

/** A watch that can be made to end. */
function mortal(watch: Watch, live: Set<(fault: Fault) => void>): Watch {
  const killed = Promise.withResolvers<Fault>();
  const end = (fault: Fault): void => {
    live.delete(end);
    killed.resolve(fault);
    void watch[Symbol.asyncDispose]();
  };
  live.add(end);
  return {
    ended: Promise.race([killed.promise, watch.ended]),
    [Symbol.asyncDispose]() {
      live.delete(end);
      return watch[Symbol.asyncDispose]();
    },
  };
}
