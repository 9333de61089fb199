/**
 * What was chosen on a machine, as a manifest or a blueprint. Apart from the agent itself, so that who exports nothing loads
 * nothing of it.
 */
export { type ExportOptions, exportMachine, type MachineExport } from "./export/export-machine.ts";
export type { LeftOut, LeftOutReason } from "./export/candidate.ts";
export { readIgnorePatterns } from "./export/ignore-patterns.ts";
