/**
 * The real machine on Node: the host ports of core, made of `node:*` and, for what Node does not offer, koffi.
 *
 * Everything opens in an `open…` or `create…` call; importing does nothing. No path is followed that others can
 * change, no command goes through a shell, and every wait has a deadline and a signal.
 */
export { type AccountsOptions, createAccounts, type HostAccounts } from "./accounts/accounts.ts";
export type { GroupEntry, UserEntry } from "./accounts/account-line.ts";
export {
  type AttributorOptions,
  openAttributor,
  type OpenAttributor,
} from "./attribution/attributor.ts";
export { type CommandsOptions, createCommands } from "./commands/commands.ts";
export { type ConditionSources, createConditions } from "./conditions/create-conditions.ts";
export { fileLeaves } from "./conditions/file-leaves.ts";
export { type LeafSource, watchUntil } from "./conditions/leaf-source.ts";
export { mountLeaves, type MountSource } from "./conditions/mount-leaves.ts";
export { openConditions, type OpenConditionsOptions } from "./conditions/open-conditions.ts";
export { type Dial, tcpLeaves } from "./conditions/tcp-leaves.ts";
export { type FactsOptions, readFacts } from "./facts/facts.ts";
export type {
  ByteRange,
  CallerIdentity,
  ExtendedAttributes,
  FileCalls,
  FileStat,
  ImmediateCalls,
  OwnerIds,
  Place,
  WaitingCalls,
} from "./files/calls.ts";
export { type OpenFiles, openFiles, type OpenFilesOptions } from "./files/open-files.ts";
export { realFileCalls } from "./files/real-calls.ts";
export {
  type OpenRemoteFiles,
  openRemoteFiles,
  type RemoteFilesOptions,
} from "./files/remote/open-remote-files.ts";
export { type RemoteFiles, type RemoteMount, unresponsive } from "./files/remote/remote-files.ts";
export { makeCall, type WriteCall } from "./files/remote/write-call.ts";
export {
  openReadingThread,
  type OpenReadingThread,
  type ReadingThread,
} from "./files/thread/reading-thread.ts";
export { temporaryName } from "./files/write/temporary-name.ts";
export { createHealthProbes } from "./health/create-health-probes.ts";
export { type Lock, type LockPaths, type LockState, openLock } from "./lock/lock.ts";
export { openLogStorage, type OpenLogStorage } from "./storage/log-storage.ts";
export { createDownloads } from "./system/downloads.ts";
export { realClock } from "./system/real-clock.ts";
export { realRandom } from "./system/real-random.ts";
export { sha256 } from "./system/sha256.ts";
export { openPathWatches, type PathWatchesOptions } from "./watch/path-watches.ts";
export type { WatchRecorder } from "./watch/watch-recorder.ts";
