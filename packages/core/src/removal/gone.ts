import type { ResourceId } from "../id.ts";
import type { KeptDeclaration, LastApplied } from "../ports/ledger.ts";

/** A resource that was applied and is no longer declared. */
export interface Gone extends LastApplied {
  readonly id: ResourceId;
  readonly declaration: KeptDeclaration;
}
