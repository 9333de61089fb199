/**
 * The event log of a root for readers: past events, and whether they are as they were written. It needs
 * no agent and loads none.
 */
export {
  type History,
  type HistoryQuestion,
  type LogDamage,
  readHistory,
} from "./records/history/read-history.ts";
export type { HistoryEntry } from "./records/history/history-entry.ts";
export { type LedgerListing, listLedger } from "./records/list-ledger.ts";
export {
  type KeptRecord,
  lastRecords,
  type RecordsPlace,
  type RecordsVerdict,
  verifyRecords,
} from "./records/read-records.ts";
