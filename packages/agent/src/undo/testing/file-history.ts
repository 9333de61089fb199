import fc from "fast-check";
import type { AgentMachine, Stop } from "./agent-machine.ts";

/** Where a machine stops on the way, and how; `undefined`: nowhere. */
export type Crash = { readonly stop: Stop; readonly how: "kill" | "power" } | undefined;

/** What is declared of files below `/app`, by their name; absent: nothing is. */
export type Declared<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** A crash before one of so many calls; three of four times none. */
export function anyCrash(calls: number): fc.Arbitrary<Crash> {
  const stop = fc.record({
    at: fc.constantFrom("files" as const, "records" as const),
    call: fc.integer({ min: 1, max: calls }),
  });
  const how = fc.constantFrom("kill" as const, "power" as const);
  return fc.option(fc.record({ stop, how }), { nil: undefined, freq: 3 });
}

/** Some of the files, each in one of two versions. */
export function anyDeclared<Name extends string>(
  names: readonly Name[],
): fc.Arbitrary<Declared<Name>> {
  const version = fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined });
  return fc.tuple(...names.map(() => version)).map((versions) => {
    const declared: Partial<Record<Name, number>> = {};
    for (const [at, name] of names.entries()) {
      const chosen = versions[at];
      if (chosen !== undefined) declared[name] = chosen;
    }
    return declared;
  });
}

/** Ends a machine that stopped, as the crash says. */
export function endBy(machine: AgentMachine, crash: Crash): void {
  if (crash?.how === "power") machine.losePower();
  else machine.kill();
}

/** The manifest that declares these files, and prunes. */
export function manifestOf(declared: Declared<string>): string {
  const resources = Object.entries(declared).map(([name, version = 0]) => ({
    kind: "file",
    name: pathOf(name),
    spec: { content: contentOf(name, version) },
  }));
  const head = { apiVersion: "holdfast/v1", kind: "Manifest", metadata: { name: "history" } };
  return JSON.stringify({ ...head, prune: true, resources });
}

/** What a version of a file holds. */
export function contentOf(name: string, version: number): string {
  return `${name} ${version}\n`;
}

/** Where a file is. */
export function pathOf(name: string): string {
  return `/app/${name}`;
}

/** What each file holds now; `undefined` when it is not there. */
export function contentsOf<Name extends string>(
  { kernel }: AgentMachine,
  names: readonly Name[],
): ReadonlyMap<Name, string | undefined> {
  return new Map(names.map((name) => [name, kernel.inspect.text(pathOf(name))]));
}
