/**
 * The disk under a durable log: one that behaves, in memory, and the calls of any disk with something before each of them.
 * It loads nothing of the rest, so that a process that is to be killed a hundred times starts at once.
 */
export { hookedLogCalls } from "./log-disk/hooked-log-calls.ts";
export {
  type LogCall,
  type LogDiskOptions,
  type LogInjection,
  SHORT_WRITES,
} from "./log-disk/log-disk-options.ts";
export { SimulatedLogDisk } from "./log-disk/simulated-log-disk.ts";
