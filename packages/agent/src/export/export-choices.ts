import { type Catalog, type HostWriter, KindPorts, type Log, type Plan } from "@holdfast/core";
import type { LeftOut } from "./candidate.ts";
import { captureAll } from "./capture.ts";
import { collectAll } from "./collect-all.ts";
import { makeEntries } from "./entries.ts";
import { entryId, type ExportEntry } from "./entry.ts";
import { type Evidence, evidenceOf } from "./evidence/evidence.ts";
import { bringerOf } from "./evidence/package-needs.ts";
import { readOwnerNames } from "./named-owners.ts";

/** What is exported of a host, and with what. */
export interface ChoicesRequest {
  /** It is only read. */
  readonly host: HostWriter;
  readonly catalog: Catalog;
  readonly log: Log;
  /** Names of kinds. Default: all that can be exported. */
  readonly kinds?: readonly string[];
  /** Whether an id is left out. Default: none is. */
  readonly ignores?: (id: string) => boolean;
  /** Also parts that are no choice, and every field that a kind can describe. */
  readonly isAll: boolean;
  /** What a plan of these resources would do, made after the export. */
  planOf(entries: readonly ExportEntry[], signal: AbortSignal): Promise<Plan["actions"]>;
}

/** What was chosen, and what was left out. */
export interface Choices {
  readonly entries: readonly ExportEntry[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Finds what was chosen on a host. What a plan of it would change is left out, so that a plan of the rest is empty.
 * @throws {Fault} UsageInvalid, for a kind that is not exported; what keeps every collector from its evidence; Aborted.
 */
export async function exportChoices(
  request: ChoicesRequest,
  signal: AbortSignal,
): Promise<Choices> {
  const { host, isAll } = request;
  const evidence = evidenceOf(host, signal);
  const found = await collectAll(evidence, request);
  const ports = new KindPorts(host);
  const { captured, leftOut } = await captureAll(
    found.candidates,
    { ...request, ports, isAll },
    signal,
  );
  const declared = captured.flatMap(({ way }) => (way.kind === "package" ? [way.name] : []));
  const bringer = await bringerAmong(declared, evidence);
  const made = makeEntries(captured, { bringer, names: await readOwnerNames(evidence) });
  const unsteady = unsteadyIn(await request.planOf(made.entries, signal));
  return {
    entries: withoutUnsteady(made.entries, new Set(unsteady.map(({ what }) => what))),
    leftOut: [...(found.leftOut ?? []), ...leftOut, ...made.leftOut, ...unsteady],
  };
}

type Bringer = (wanted: readonly string[]) => string | undefined;

/** Without declared packages nothing comes after one. */
async function bringerAmong(declared: readonly string[], evidence: Evidence): Promise<Bringer> {
  if (declared.length === 0) return () => undefined;
  const [needs, { packages }] = await Promise.all([evidence.needs(), evidence.records()]);
  // What every system has is there first anyway.
  const isBrought = (name: string): boolean => packages.get(name)?.isBasic !== true;
  return (wanted) => bringerOf(wanted.filter(isBrought), declared, needs);
}

function unsteadyIn(actions: Plan["actions"]): readonly LeftOut[] {
  return (
    actions
      // A refresh that is still owed changes nothing of what was found.
      .filter(({ verb }) => verb !== "refresh")
      .map(({ id, changes, fault, reason, blockedBy }) => {
        const fields = changes.map(({ path }) => path).join(", ");
        const detail = fault?.message ?? reason ?? blockedBy ?? `${fields} would be changed`;
        return { reason: "unsteady", what: id, detail };
      })
  );
}

function withoutUnsteady(
  entries: readonly ExportEntry[],
  ids: ReadonlySet<string>,
): readonly ExportEntry[] {
  return entries
    .filter((entry) => !ids.has(entryId(entry)))
    .map((entry) => ({ ...entry, dependsOn: entry.dependsOn.filter((id) => !ids.has(id)) }));
}
