/**
 * The real machine on Node: the host ports of core, made of `node:*` and, for what Node does not offer, koffi.
 *
 * Everything opens in an `open…` or `create…` call; importing does nothing. No path is followed that others can
 * change, no command goes through a shell, and every wait has a deadline and a signal.
 */
export { createAccounts, type HostAccounts } from "./accounts/accounts.ts";
export type { GroupEntry, UserEntry } from "./accounts/account-line.ts";
export {
  type AccountReaderOptions,
  type AccountWriterOptions,
  createAccountWriter,
} from "./accounts/account-writer.ts";
export { createNameService, type NameService } from "./accounts/name-service.ts";
export { PreimageStore, type PreimageStoreOptions } from "./preimages/preimage-store.ts";
export { realAccounts, type RealAccountsOptions } from "./accounts/real-accounts.ts";
export {
  type AccountSystem,
  type AccountTool,
  type NewPassword,
  passwordLine,
  type ToolRun,
} from "./accounts/tools/account-system.ts";
export { realAccountSystem } from "./accounts/tools/real-account-system.ts";
export {
  type AttributorOptions,
  openAttributor,
  type OpenAttributor,
} from "./attribution/attributor.ts";
export {
  type AskingProcess,
  machineRequesters,
  type Requesters,
} from "./attribution/processes/requesters.ts";
export { type KeepBytes, keepInFile, keepInMemory } from "./archives/archive-bytes.ts";
export { type ArchivesOptions, createArchives } from "./archives/create-archives.ts";
export { type Expand, expandAtOnce, expandInStreams } from "./archives/expand.ts";
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
export { temporaryName } from "./files/write/temporary/temporary-name.ts";
export { createFirewall } from "./firewall/create-firewall.ts";
export type { FirewallSystem, NftRun } from "./firewall/firewall-system.ts";
export type { MonitorOutput } from "./processes/netlink-monitor.ts";
export { monitorHints } from "./firewall/monitor-hints.ts";
export { createNetwork } from "./network/create-network.ts";
export type { NetworkSystem, ProgramRun } from "./network/network-system.ts";
export { openNetwork } from "./network/open-network.ts";
export { openFirewall } from "./firewall/open-firewall.ts";
export { type RealFirewallOptions, realFirewallSystem } from "./firewall/real-firewall-system.ts";
export { checkoutConfig, readConfig } from "./git/repository/checkout-config.ts";
export { findCheckout, type FindTools, targetRef } from "./git/repository/find-checkout.ts";
export { createGit, type GitOptions } from "./git/create-git.ts";
export { createHealthProbes } from "./health/create-health-probes.ts";
export type { ConffileState } from "./install-records/changed-conffiles.ts";
export { type InstallRecords, readInstallRecords } from "./install-records/install-records.ts";
export type { OwnedPaths } from "./install-records/owned-paths.ts";
export type { ConffileRecord, PackageRecord } from "./install-records/package-records.ts";
export type { AskedFor, PackageHistory } from "./install-records/package-history.ts";
export { type Lock, type LockPaths, type LockState, openLock } from "./lock/lock.ts";
export { createContainers, type ContainersOptions } from "./containers/create-containers.ts";
export { createMounts, type MountsParts } from "./mounts/create-mounts.ts";
export type {
  MountHolder,
  MountSystem,
  MountTool,
  MountToolRun,
} from "./mounts/mount-system.ts";
export { devicePath } from "./mounts/device-names.ts";
export { mountsIn } from "./mounts/read-state.ts";
export { swapsIn } from "./mounts/swap-lines.ts";
export { openMounts, type OpenMountsOptions } from "./mounts/open-mounts.ts";
export { realMountSystem, type RealMountSystemOptions } from "./mounts/real-mount-system.ts";
export { compareDebianVersions } from "./packages/apt/compare-debian-versions.ts";
export type { PackageImage } from "./packages/backend-tools.ts";
export { createPackages, type PackagesOptions } from "./packages/create-packages.ts";
export type {
  PackageBackend,
  PackageChange,
  PackageEvent,
  PackageStep,
  StepEnd,
  StepOptions,
} from "./packages/package-backend.ts";
export { packagesOver } from "./packages/packages-over.ts";
export {
  type ProcessEnd,
  type ProcessStart,
  type RunningProcess,
  startProcess,
} from "./processes/start-process.ts";
export type { ProcessTree } from "./processes/tree/process-tree.ts";
export {
  createServices,
  type OpenServices,
  type ServicesOptions,
} from "./services/create-services.ts";
export type { LogLinesRequest, ReadLogLines } from "./services/log-lines.ts";
export { openServices, type OpenServicesOptions } from "./services/open-services.ts";
export { SYSTEMD_SOCKETS, type SystemdSockets } from "./services/dbus/open-systemd-link.ts";
export {
  type BusCall,
  type BusSignal,
  CallRefused,
  type OpenLink,
  type OpenLinkOptions,
  type SystemdLink,
} from "./services/systemd/systemd-link.ts";
export { unitOfPath, unitPath } from "./services/systemd/unit-path.ts";
export { unitFileLines } from "./services/unit-files/install-section.ts";
export { DEFAULT_SEARCH_PATH } from "./services/unit-files/search-path.ts";
export { createSystem, type SystemOptions } from "./system-state/create-system.ts";
export { createCertificates } from "./system/certificates.ts";
export { createDownloads } from "./system/downloads.ts";
export { openFileLimitFault } from "./system/open-file-limit.ts";
export { realClock } from "./system/real-clock.ts";
export { realRandom } from "./system/real-random.ts";
export { sha256 } from "./system/sha256.ts";
export { openPathWatches, type PathWatchesOptions } from "./watch/path-watches.ts";
export type { WatchRecorder } from "./watch/watch-recorder.ts";
