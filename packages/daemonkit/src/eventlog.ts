/**
 * Events that must not be lost or changed: one JSON object on a line, durable when acknowledged, chained by hashes.
 *
 * It loads nothing of the rest of the kit and no native code.
 */
export type { TornLine } from "./appendlog/append-log.ts";
export type {
  LogCalls,
  LogFileCalls,
  LogFileState,
  LogReadCalls,
} from "./appendlog/log-calls.ts";
export { systemLogCalls } from "./appendlog/system-log-calls.ts";
export { DaemonFault, type DaemonFaultData } from "./daemon-fault.ts";
export {
  type EventInput,
  type EventLevel,
  type EventRecord,
  joinErrors,
} from "./eventlog/event.ts";
export { type EventLog, type EventLogOptions, openEventLog } from "./eventlog/event-log.ts";
export {
  type EventSeries,
  type EventSeriesOptions,
  openEventSeries,
} from "./eventlog/event-series.ts";
export { describeSeriesVerdict } from "./eventlog/describe-series.ts";
export { type LastEventsOptions, lastEvents, type SeriesEvent } from "./eventlog/last-events.ts";
export { type JudgedFile, type JudgedLine, newestFiles } from "./eventlog/newest-files.ts";
export { type ReadEvent, readEvents } from "./eventlog/read-events.ts";
export { type SeriesFile, seriesFiles } from "./eventlog/series-files.ts";
export {
  type ReadChain,
  type SeriesLine,
  type SeriesVerdict,
  verifyEventSeries,
  type VerifyOptions,
} from "./eventlog/verify-series.ts";
export { describeVerdict, type EventLogVerdict, verifyEventLog } from "./eventlog/verify.ts";
