/**
 * A file that lines are only ever added to, each durable when it is acknowledged: appending with shared syncs, repair of a
 * torn end, rewriting while it is open, and a checksum on each line for those who want one.
 *
 * It loads nothing of the rest of the kit and no native code. Whatever it does to the disk goes through `LogCalls`.
 */
export type {
  AppendLog,
  AppendLogOptions,
  AppendOptions,
  TornLine,
} from "./appendlog/append-log.ts";
export {
  checkSeal,
  type SealedPart,
  type SealVerdict,
  sealWithChecksum,
  splitAtSeals,
  withoutSeal,
} from "./appendlog/checksum.ts";
export type {
  LogCalls,
  LogFileCalls,
  LogFileState,
  LogReadCalls,
} from "./appendlog/log-calls.ts";
export { openAppendLog } from "./appendlog/open-append-log.ts";
export { type LogLine, readLogLines } from "./appendlog/read-lines.ts";
export { createLogCalls, type LogModes, systemLogCalls } from "./appendlog/system-log-calls.ts";
export { fileFault } from "./files/own-directory.ts";
export { DaemonFault, type DaemonFaultData } from "./daemon-fault.ts";
