import {
  ABSENT,
  type ContainerReader,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";

/** What is there of these, by their names. */
type ReadNames<Thing> = (
  containers: ContainerReader,
  names: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Thing>>;

/** The observing half of a kind whose things an engine has by their names: one bulk read for all. */
export interface ObserveByName<Spec, Thing> {
  snapshot(
    specs: readonly Spec[],
    context: Pick<ReadContext, "host" | "signal">,
  ): Promise<ThingsByName<Thing>>;
  observe(spec: Spec, context: ReadContext<ThingsByName<Thing>>): Promise<Observation<Thing>>;
}

/** What was read, by the names that were asked for. */
export type ThingsByName<Thing> = ReadonlyMap<string, Observation<Thing>>;

/** Makes both of how a spec is named and how many are read. */
export function observeByName<Spec, Thing>(
  nameOf: (spec: Spec) => string,
  read: ReadNames<Thing>,
): ObserveByName<Spec, Thing> {
  const snapshot: ObserveByName<Spec, Thing>["snapshot"] = async (specs, { host, signal }) => {
    const names = specs.map(nameOf);
    const found = await read(host.containers, names, signal);
    return new Map(
      names.map((name) => {
        const thing = found.get(name);
        return [name, thing === undefined ? ABSENT : present(thing)];
      }),
    );
  };
  return {
    snapshot,
    async observe(spec, context) {
      const name = nameOf(spec);
      const known = context.snapshot?.get(name);
      return known ?? (await snapshot([spec], context)).get(name) ?? ABSENT;
    },
  };
}
