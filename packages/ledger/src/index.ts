/**
 * What an agent must not forget, in one append-only log reached through a port: intents before their effects, outcomes
 * after them, keys of one-shots, what was last applied, what is owed, and the generation.
 *
 * Every write is durable when it resolves. The log under it is daemonkit's, and the disk under that a port; it opens
 * whatever it finds, writes itself anew from memory when the disk has lost it, and never forgets that a one-shot may have run.
 */
export { type LedgerOptions, type OpenLedger, openLedger } from "./ledger.ts";
