/**
 * What a daemon needs to be trusted for a year: supervised monitors, probes, a control socket, sd_notify and watchdog,
 * an event log and a pruner. Each works without the others; `runDaemon` puts them together.
 *
 * It knows nothing of Holdfast. Clock, chance and log are parameters, and importing does nothing: what needs native
 * code (flock, peer credentials, datagrams) loads koffi on first use and says so in plain words where it cannot.
 */
export type {
  AppendLog,
  AppendLogOptions,
  AppendOptions,
  TornLine,
} from "./appendlog/append-log.ts";
export type {
  LogCalls,
  LogFileCalls,
  LogFileState,
  LogReadCalls,
} from "./appendlog/log-calls.ts";
export { openAppendLog } from "./appendlog/open-append-log.ts";
export { createLogCalls, type LogModes, systemLogCalls } from "./appendlog/system-log-calls.ts";
export { type Clock, formatDuration, sleep } from "./clock.ts";
export {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from "./control/control-plane.ts";
export type { RouteAccess } from "./control/clients/access.ts";
export { replayBetween } from "./control/earlier-runs.ts";
export {
  createEventStream,
  type EventStream,
  type EventStreamOptions,
  type Replay,
  type Span,
  type StreamEvent,
} from "./control/event-stream.ts";
export {
  type Component,
  type ControlRequest,
  eventsReply,
  jsonListReply,
  jsonReply,
  type Reply,
  type Route,
  type RouteMethod,
  textReply,
} from "./control/route.ts";
export { type DaemonOptions, runDaemon } from "./daemon/run-daemon.ts";
export {
  DaemonFault,
  type DaemonFaultData,
  type DaemonFaultFields,
  type FaultFallback,
  toDaemonFault,
} from "./daemon-fault.ts";
export {
  type EventInput,
  type EventLevel,
  type EventRecord,
  joinErrors,
} from "./eventlog/event.ts";
export { type EventLog, type EventLogOptions, openEventLog } from "./eventlog/event-log.ts";
export { type ReadEvent, readEvents } from "./eventlog/read-events.ts";
export { describeVerdict, type EventLogVerdict, verifyEventLog } from "./eventlog/verify.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { type Log, silentLog } from "./log.ts";
export { releaseMemory } from "./memory/release-memory.ts";
export { loadNative, type Native, unavailableNative } from "./native/native.ts";
export type { Peer } from "./native/peer.ts";
export { createNotifier, type Notifier, type NotifierOptions } from "./notify/notify.ts";
export { type CommandProbe, commandProbe } from "./probe/command-probe.ts";
export { type DiskSpaceProbe, diskSpaceProbe } from "./probe/disk-space-probe.ts";
export {
  type OwnershipProbe,
  ownershipProbe,
  type PermissionProbe,
  permissionProbe,
} from "./probe/file-probes.ts";
export { allOf, checkProbe, type Probe, type ProbeDeadline } from "./probe/probe.ts";
export { type TcpProbe, tcpProbe } from "./probe/tcp-probe.ts";
export { writeProbe } from "./probe/write-probe.ts";
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
export type { Random } from "./random.ts";
export {
  type BackoffWait,
  createStatusTracker,
  type MonitorState,
  type MonitorStatus,
  type StatusError,
  statusText,
  type StatusTracker,
  type StatusTrackerOptions,
} from "./status/status-tracker.ts";
export {
  backoffDelayMs,
  type Backoff,
  type BackoffOptions,
  parseBackoff,
} from "./supervise/backoff.ts";
export type { Monitor, MonitorContext } from "./supervise/monitor.ts";
export { supervise, type SuperviseOptions } from "./supervise/supervise.ts";
export {
  startSupervisor,
  type Supervisor,
  type SupervisorOptions,
} from "./supervise/supervisor.ts";
export { systemClock, systemRandom } from "./system.ts";
export { startWatchdog, type Watchdog, type WatchdogOptions } from "./watchdog/watchdog.ts";
