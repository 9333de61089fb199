/**
 * What any program needs of the machine and Node does not give: a clock whose timers are never early, an own directory that
 * nobody else can write, the lock of an open file, a dial with a deadline.
 *
 * It loads nothing of the rest of the kit, and native code only when a lock is taken.
 */
export type { Clock } from "./clock.ts";
export { DaemonFault, type DaemonFaultData } from "./daemon-fault.ts";
export {
  type DirectoryRights,
  fileFault,
  makeOwnDirectory,
  openOwnHandle,
  refuseShared,
} from "./files/own-directory.ts";
export { loadNative, type Native } from "./native/native.ts";
export { dialTcp, type DialOptions, type DialOutcome } from "./network/dial-tcp.ts";
export { systemClock } from "./system.ts";
export { decodeName, encodePath, hasLostBytes } from "./files/byte-names.ts";
