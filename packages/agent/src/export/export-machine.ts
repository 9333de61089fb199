import {
  type Catalog,
  type Facts,
  Fault,
  hasErrors,
  type Log,
  type Manifest,
  type Plan,
  readManifest,
} from "@holdfast/core";
import { realClock, sha256 } from "@holdfast/host";
import { openHost } from "../open/open-host.ts";
import { openAgent } from "../open-agent.ts";
import type { ExportEntry } from "./entry.ts";
import { type Choices, type ChoicesRequest, exportChoices } from "./export-choices.ts";
import { blueprintText } from "./output/blueprint-text.ts";
import { manifestText } from "./output/manifest-text.ts";

/** What is exported, and how. */
export interface ExportOptions extends Pick<ChoicesRequest, "kinds" | "ignores" | "isAll"> {
  /** Absolute. */
  readonly root: string;
  readonly catalog: Catalog;
  readonly facts: Facts;
  readonly log: Log;
  readonly userId: number | undefined;
}

/** What was chosen on a machine. */
export interface MachineExport extends Choices {
  /** As a manifest in YAML, or as a blueprint in TypeScript. */
  text(form: "manifest" | "blueprint"): string;
}

/**
 * Finds what was chosen on a machine and writes it down. What it has written is read again and planned before it returns.
 * Nothing is written to the machine.
 * @throws {Fault} UsageInvalid, for a kind that is not exported; what keeps every collector from its evidence; Aborted.
 */
export async function exportMachine(
  options: ExportOptions,
  signal: AbortSignal,
): Promise<MachineExport> {
  const { root, log, facts } = options;
  await using opened = openHost({
    root,
    rootExec: false,
    clock: realClock,
    log,
    oneShots: NO_ONE_SHOTS,
    runDirectory: `${root === "/" ? "" : root}/run/holdfast`,
  });
  const planOf: ChoicesRequest["planOf"] = (entries) => planEntries(entries, options, signal);
  const choices = await exportChoices({ ...options, host: opened.host, planOf }, signal);
  const { hostname } = facts;
  return {
    ...choices,
    text: (form) =>
      form === "manifest"
        ? manifestText(hostname, choices.entries)
        : blueprintText(hostname, choices.entries),
  };
}

const NO_ONE_SHOTS = {
  state: () => undefined,
  begin: async () => {},
  done: async () => {},
  forget: async () => {},
};

async function planEntries(
  entries: readonly ExportEntry[],
  { root, catalog, facts, log, userId }: ExportOptions,
  signal: AbortSignal,
): Promise<Plan["actions"]> {
  const manifest = readBack(manifestText(facts.hostname, entries), catalog);
  const source = {
    describe: "what was exported",
    load: async () => ({ value: manifest, diagnostics: [] }),
  };
  await using agent = await openAgent(
    {
      root,
      rootExec: false,
      source,
      catalog,
      facts,
      log,
      mode: "detect",
      events: () => {},
      intends: "read",
      userId,
    },
    signal,
  );
  return (await agent.plan(signal)).actions;
}

/** Whatever is not understood again was written wrong, which is our mistake. */
function readBack(text: string, catalog: Catalog): Manifest {
  const file = { file: "export", text, format: "yaml" } as const;
  const { value, diagnostics } = readManifest([file], { catalog, hash: sha256 });
  if (value !== undefined && !hasErrors(diagnostics)) return value;
  throw new Fault({
    reason: "Internal",
    message: "what was exported cannot be read again",
    resolution:
      "Please report it with the lines above. Leave the named resources out with --ignore.",
    diagnostics,
  });
}
