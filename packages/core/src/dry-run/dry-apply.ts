import { type Fault, toFault } from "../fault/fault.ts";
import type { FaultReason } from "../fault/fault-reasons.ts";
import { KindPorts } from "../kind-ports/kind-ports.ts";
import type { HostWriter } from "../ports/host.ts";
import { silentLog } from "../ports/log.ts";
import type { KindAction } from "../resource/kind-context.ts";
import type { ResourceKind } from "../resource/kind.ts";
import { dryHost } from "./dry-host.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";

/** Where a dry run takes place. */
export interface DryApplyPlace {
  readonly host: HostWriter;
  readonly run: DryRun;
  readonly known: KnownOfHost;
  /** As in the context of an apply. */
  readonly hasSecrets: boolean;
}

/** Faults of the dry run itself, which say nothing of the machine. */
const OF_THE_RUN: ReadonlySet<FaultReason> = new Set(["Aborted", "Internal", "ResourceTimeout"]);

/**
 * Has a kind apply up to its first write, on a host that writes nothing. Returns what it is refused with; `undefined` when
 * it would begin to write, has nothing to write, or cannot say (D20). Nothing is put on record, and nothing is waited for.
 */
export async function dryApply<Spec, Observed>(
  kind: Pick<ResourceKind<Spec, Observed>, "kind" | "ports" | "foresee">,
  action: KindAction<Spec, Observed>,
  { host, run, known, hasSecrets }: DryApplyPlace,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  try {
    await kind.foresee?.(action, {
      host: new KindPorts(dryHost(host, run, known)).writerFor(kind),
      signal,
      log: silentLog,
      hasSecrets,
      attempt: "plan",
      task: async () => run.stop(),
      progress: () => {},
      printed: () => {},
      sleep: async () => run.stop(),
    });
    return undefined;
  } catch (error) {
    const fault = toFault(error);
    return run.hasStopped || OF_THE_RUN.has(fault.reason) ? undefined : fault;
  }
}
