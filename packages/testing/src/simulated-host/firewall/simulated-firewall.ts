import {
  chainOf,
  type Clock,
  Fault,
  type FirewallHint,
  type FirewallTable,
  type FirewallWriter,
  normalTable,
  throwIfAborted,
  type Watch,
} from "@holdfast/core";

/** What the kernel of a simulated machine filters with: tables in the normal form. They are gone after a boot. */
export class FirewallModel {
  readonly tables = new Map<string, FirewallTable>();
  /** Transactions that changed something. */
  readonly changes: string[] = [];
  readonly #listeners = new Set<(table: string) => void>();

  /** Makes a table another one; `undefined` takes it away. */
  set(name: string, table: FirewallTable | undefined): void {
    if (table === undefined) this.tables.delete(name);
    else this.tables.set(name, normalTable(table));
    this.changes.push(name);
    for (const listener of this.#listeners) listener(name);
  }

  /** @returns what stops it. */
  listen(listener: (table: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends what listens, as when somebody kills the monitor. */
  readonly monitors = new Set<(fault: Fault) => void>();
}

/** A firewall with what tells of it. */
export interface SimulatedFirewall extends FirewallWriter {
  readonly model: FirewallModel;
}

/** The firewall of a simulated machine; in another root nothing filters. */
export function simulatedFirewall(parts: {
  readonly clock: Clock;
  readonly root: string;
  readonly model: FirewallModel;
}): SimulatedFirewall {
  const { model, root } = parts;
  const isLive = root === "/";
  const enter = (signal: AbortSignal): void => {
    throwIfAborted(signal);
    if (!isLive) throw unavailable();
  };
  const check = async (table: FirewallTable, signal: AbortSignal): Promise<void> => {
    enter(signal);
    const missing = missingIn(table);
    if (missing !== undefined) throw refused(table.name, missing);
  };
  return {
    model,
    async read(names, signal) {
      throwIfAborted(signal);
      const there = names.flatMap((name) => (isLive ? (model.tables.get(name) ?? []) : []));
      return { isLive, tables: new Map(there.map((table) => [table.name, observed(table)])) };
    },
    check,
    async replace(table, signal) {
      await check(table, signal);
      model.set(table.name, table);
    },
    async remove(name, signal) {
      enter(signal);
      if (model.tables.has(name)) model.set(name, undefined);
    },
    async watch(hear, signal) {
      throwIfAborted(signal);
      return watch(parts, hear);
    },
  };
}

function watch(
  { clock, model }: { readonly clock: Clock; readonly model: FirewallModel },
  hear: (hint: FirewallHint) => void,
): Watch {
  const ended = Promise.withResolvers<Fault | undefined>();
  const stop = model.listen((table) => {
    clock.schedule(1, () =>
      hear({ type: "firewall", trigger: "the rules changed", tables: new Set([table]) }),
    );
  });
  const end = (fault: Fault | undefined): void => {
    stop();
    model.monitors.delete(end);
    ended.resolve(fault);
  };
  model.monitors.add(end);
  return { ended: ended.promise, [Symbol.asyncDispose]: async () => end(undefined) };
}

function observed(table: FirewallTable) {
  const chains = table.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.map((rule) => ({ rule })),
  }));
  return { ...table, chains, others: [] };
}

/** What nft looks for in the table and does not find. */
function missingIn({ sets, maps, chains }: FirewallTable): string | undefined {
  const names = new Set([...sets, ...maps, ...chains].map(({ name }) => name));
  const wanted = chains.flatMap(({ rules }) =>
    rules.flatMap(({ verdict, source, destination, ports, sourcePorts, ...rule }) => {
      const matches = [
        source,
        destination,
        ports,
        sourcePorts,
        rule.inInterface,
        rule.outInterface,
      ];
      const map = verdict.type === "lookup" ? verdict.map : undefined;
      return [...matches.map((match) => match?.set), chainOf(verdict), map];
    }),
  );
  const led = maps.flatMap(({ elements }) => elements.map(({ verdict }) => chainOf(verdict)));
  return [...wanted, ...led].find((name) => name !== undefined && !names.has(name));
}

function refused(table: string, missing: string): Fault {
  return new Fault({
    reason: "FirewallRefused",
    message: `the table inet ${table} is not taken: there is no ${missing}`,
    resolution: "Correct what nft complains about.",
  });
}

function unavailable(): Fault {
  return new Fault({
    reason: "FirewallUnavailable",
    message: "no rules are loaded: nothing filters in another root",
    resolution: "Apply it in the machine itself.",
  });
}
