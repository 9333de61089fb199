import {
  type CommandRequest,
  type Graph,
  isJsonObject,
  type Json,
  type ResourceId,
} from "@holdfast/core";
import type { ExecSpec } from "@holdfast/resources";
import { unsimulatable } from "../programs/unsimulatable.ts";

/** What a command is to the resource that names it. */
export interface Part {
  readonly id: ResourceId;
  readonly role: "command" | "unless" | "onlyIf";
  readonly spec: ExecSpec;
}

/**
 * Which commands of a graph the simulated machine cannot run, and what is taken for granted of them: the command
 * succeeds and makes what its guards look for; before that they say that it has to run.
 */
export class Assumptions {
  /** What is not known to the simulated machine, by resource. */
  readonly made = new Map<ResourceId, string>();
  readonly #parts = new Map<string, Part>();

  constructor(graphs: readonly Graph[]) {
    for (const { resources } of graphs) {
      for (const { id, kind, spec } of resources)
        if (kind === "exec") this.#add(id, spec as ExecSpec);
    }
  }

  /** The resource that a command belongs to; `undefined` for a check that a file declares. */
  partOf({ argv }: CommandRequest): Part | undefined {
    return this.#parts.get(JSON.stringify(argv));
  }

  /** The machine turned out not to know a command. */
  assume(id: ResourceId, what: string): void {
    if (!this.made.has(id)) this.made.set(id, what);
  }

  #add(id: ResourceId, spec: ExecSpec): void {
    const { argv: command, unless, onlyIf } = spec;
    for (const [role, argv] of Object.entries({ command, unless, onlyIf })) {
      if (argv === undefined) continue;
      this.#parts.set(JSON.stringify(argv), { id, role: role as Part["role"], spec });
      const what = unsimulatable(argv);
      if (what !== undefined) this.assume(id, what);
    }
  }
}

/** Names of users or groups that a graph mentions: they are taken to exist. */
export function accountsIn({ resources }: Graph, fields: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const { input } of resources) {
    if (!isJsonObject(input)) continue;
    for (const name of [...namesIn(input, fields), ...namesIn(input["recurse"], fields)]) {
      if (name !== "root" && !/^\d+$/.test(name)) names.add(name);
    }
  }
  return [...names];
}

function namesIn(part: Json | undefined, fields: readonly string[]): readonly string[] {
  if (part === undefined || !isJsonObject(part)) return [];
  return fields.flatMap((field) => {
    const name = part[field];
    return typeof name === "string" ? [name] : [];
  });
}
