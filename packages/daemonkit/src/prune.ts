/**
 * Keeps a directory from growing for ever: removes files by age and size, and all but the newest.
 *
 * It loads nothing of the rest of the kit and no native code. A file whose age is unknown is never removed.
 */
export { DaemonFault, type DaemonFaultData } from "./daemon-fault.ts";
export type { PruneReason } from "./prune/choose.ts";
export { prune, type PruneOptions, type PruneResult, type RemovedFile } from "./prune/prune.ts";
export {
  ageFromModification,
  ageFromName,
  type AgeSource,
  allStrategies,
  anyStrategy,
  largerThan,
  olderThan,
  type PrunableFile,
  type PruneStrategy,
  type PruneVerdict,
} from "./prune/strategy.ts";
