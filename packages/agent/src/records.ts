/**
 * The event log of a root for readers: past events, and whether they are as they were written. It needs
 * no agent and loads none.
 */
export {
  type KeptRecord,
  lastRecords,
  type RecordsPlace,
  type RecordsVerdict,
  verifyRecords,
} from "./records/read-records.ts";
