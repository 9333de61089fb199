/**
 * What an agent must not forget, in one append-only log reached through a port: intents before their effects, outcomes
 * after them, keys of one-shots, what was last applied, what is owed, and the generation.
 *
 * The ledger knows no file, no clock and no hash; every write is durable when it resolves.
 */
export { type LedgerOptions, type OpenLedger, openLedger } from "./ledger.ts";
