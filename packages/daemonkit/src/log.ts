import type { JsonObject } from "./json.ts";

/**
 * Where log lines go. The kit gives each line a `reason` field, one word that does not change, for machines; the
 * message is for people.
 */
export interface Log {
  debug(message: string, fields?: JsonObject): void;
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
  error(message: string, fields?: JsonObject): void;
}

/** A log that keeps nothing; the default everywhere. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
