import {
  type CommandQuery,
  type Graph,
  isJsonObject,
  type Json,
  type ResourceId,
} from "@holdfast/core";
import type { ExecSpec, FileSpec } from "@holdfast/resources";
import { unsimulatable } from "../programs/unsimulatable.ts";

/** What a command is to the resource whose author wrote it. */
export type Part = ExecPart | CheckPart;

/** A command of an exec, or a guard of it. */
export interface ExecPart {
  readonly id: ResourceId;
  readonly role: "command" | "unless" | "onlyIf";
  readonly spec: ExecSpec;
}

/** A check that a file declares. */
export interface CheckPart {
  readonly id: ResourceId;
  readonly role: "validate";
}

/**
 * Which commands of a graph the simulated machine cannot run, and what is taken for granted of them: a command
 * succeeds and makes what its guards look for; before that they say that it has to run; and a check says yes. Only what
 * an author wrote is taken for granted, and the report names it. What a kind runs by itself is not.
 */
export class Assumptions {
  /** What is not known to the simulated machine, by resource. */
  readonly made = new Map<ResourceId, string>();
  readonly #parts = new Map<string, ExecPart>();
  readonly #checks: { readonly part: CheckPart; readonly words: readonly string[] }[] = [];

  constructor(graphs: readonly Graph[]) {
    for (const { resources } of graphs) {
      for (const { id, kind, spec } of resources) {
        if (kind === "exec") this.#add(id, spec as ExecSpec);
        if (kind === "file") this.#addCheck(id, spec as FileSpec);
      }
    }
  }

  /** The resource that a command belongs to; `undefined` when no author wrote it. */
  partOf({ argv }: CommandQuery): Part | undefined {
    const check = this.#checks.find(({ words }) => isFilledIn(argv, words));
    return this.#parts.get(JSON.stringify(argv)) ?? check?.part;
  }

  /** The machine turned out not to know a command. */
  assume(id: ResourceId, what: string): void {
    const before = this.made.get(id);
    if (before === undefined) this.made.set(id, what);
    else if (!before.includes(what)) this.made.set(id, `${before}, ${what}`);
  }

  #addCheck(id: ResourceId, { validate }: FileSpec): void {
    if (validate !== undefined) {
      this.#checks.push({ part: { id, role: "validate" }, words: validate });
    }
  }

  #add(id: ResourceId, spec: ExecSpec): void {
    const { argv: command, unless, onlyIf } = spec;
    for (const [role, argv] of Object.entries({ command, unless, onlyIf })) {
      if (argv === undefined) continue;
      this.#parts.set(JSON.stringify(argv), { id, role: role as ExecPart["role"], spec });
      const what = unsimulatable(argv);
      if (what !== undefined && !this.made.has(id)) this.assume(id, what);
    }
  }
}

/** Whether these are the words of a check, with the path of a temporary file in place of `%s`. */
function isFilledIn(argv: readonly string[], words: readonly string[]): boolean {
  if (argv.length !== words.length) return false;
  return argv.every((word, at) => {
    const [start = "", ...ends] = words[at]?.split("%s") ?? [];
    return ends.length === 0
      ? word === start
      : word.startsWith(start) && word.endsWith(ends.at(-1) ?? "");
  });
}

/** Names of users or groups that a graph mentions and does not declare: they are taken to exist. */
export function accountsIn({ resources }: Graph, fields: readonly string[]): readonly string[] {
  const names = new Set<string>();
  const declared = new Set<string>(resources.map(({ id }) => id));
  for (const { input } of resources) {
    if (!isJsonObject(input)) continue;
    for (const name of [...namesIn(input, fields), ...namesIn(input["recurse"], fields)]) {
      if (name === "root" || /^\d+$/.test(name)) continue;
      if (!declared.has(`user:${name}`) && !declared.has(`group:${name}`)) names.add(name);
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
