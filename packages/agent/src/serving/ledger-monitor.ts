import type { Clock, EngineEvent, Fault } from "@holdfast/core";
import { DaemonFault, type Monitor, sleep } from "@holdfast/daemonkit";
import type { OpenLedger } from "@holdfast/ledger";

/** What the ledger is watched over with. */
export interface LedgerMonitorOptions {
  readonly clock: Clock;
  readonly ledger: Pick<OpenLedger, "check" | "condition" | "onCondition">;
  readonly tell: (event: EngineEvent) => void;
}

/** The condition of a ledger that is not as it should be. */
const LEDGER_SUBJECT = "ledger";
const BETWEEN_CHECKS_MS = 10_000;

/** Has the ledger check its file now and then, and reports while it is not as it should be. */
export function ledgerMonitor({ clock, ledger, tell }: LedgerMonitorOptions): Monitor {
  return {
    name: LEDGER_SUBJECT,
    async run({ connectivity }, signal) {
      let published: Fault | undefined;
      const show = (): void => {
        const { condition } = ledger;
        if (condition?.message === published?.message) return;
        published = condition;
        connectivity(condition && daemonFault(condition));
        tell(
          condition === undefined
            ? { type: "recovered", subject: LEDGER_SUBJECT }
            : { type: "degraded", subject: LEDGER_SUBJECT, fault: condition.toJSON() },
        );
      };
      const unsubscribe = ledger.onCondition(show);
      show();
      while (!signal.aborted) {
        await ledger.check(signal);
        await sleep(clock, BETWEEN_CHECKS_MS, signal);
      }
      unsubscribe();
    },
  };
}

function daemonFault(fault: Fault): DaemonFault {
  return new DaemonFault({ ...fault.toJSON(), cause: fault });
}
