import { Fault, type Log, type LogStorage, toFault } from "@holdfast/core";

/**
 * A ledger's storage for who only looks. A ledger that cannot be read (often another user's) is an empty one: a plan
 * then cannot tell drift from a new intent, and says so in the log.
 */
export function readOnlyStorage(storage: LogStorage, log: Log): LogStorage {
  return {
    async read(signal) {
      try {
        return await storage.read(signal);
      } catch (error) {
        const { reason, message } = toFault(error);
        if (reason !== "LedgerUnavailable" && reason !== "PathUnsafe") throw error;
        log.warn("the ledger cannot be read, so drift is shown as intent", { reason, message });
        return undefined;
      }
    },
    append: refuse,
    replace: refuse,
    truncate: refuse,
  };
}

function refuse(): Promise<never> {
  const fault = new Fault({
    reason: "LedgerUnavailable",
    message: "this agent was opened only to look",
    resolution: "Report this: nothing should be written here.",
  });
  return Promise.reject(fault);
}
