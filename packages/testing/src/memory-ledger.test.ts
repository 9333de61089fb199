import { MemoryLedger } from "./memory-ledger.ts";
import { ledgerLaws } from "./ledger-laws/ledger-laws.ts";

ledgerLaws("the ledger in memory", async () => ({ ledger: new MemoryLedger() }));
