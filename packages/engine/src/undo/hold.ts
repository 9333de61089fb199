import { specDigestOf } from "../records/identity.ts";
import type { Subject } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** Why what is declared is not done: it was undone, and nobody has declared anything else since. `undefined`: it may be. */
export function holdOf(runtime: Runtime, { record, declared }: Subject): string | undefined {
  if (declared.resource.revert !== undefined) return undefined;
  const hold = runtime.ledger.hold(record.id);
  if (hold === undefined || hold.specDigest !== specDigestOf(runtime, declared)) return undefined;
  const is = hold.isPending === true ? "is being" : "was";
  return `${hold.op} ${is} ${hold.why}: holdfast resume ${record.id} does it again`;
}
