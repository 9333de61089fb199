import type { Json, JsonObject } from "@holdfast/core";

/** Whether we keep an object, only know it, or only read it. */
export type StateMode = "managed" | "unmanaged" | "data";

/** One object in a state. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly mode: StateMode;
  /** How a managed object became ours. What was adopted is never deleted. */
  readonly origin?: "created" | "adopted";
  readonly externalId?: string;
  readonly name: string;
  /** The address of the object it belongs to. */
  readonly parent?: string;
  /** The id of that object in the system. */
  readonly parentId?: string;
  /** Values of fields; of a secret a keyed digest. */
  readonly attributes: Readonly<Record<string, Json>>;
  readonly unmanagedReason?: string;
  /** When it was observed last, ISO 8601. */
  readonly lastRefreshed: string;
}

/** What a provider must remember (P1). */
export interface State {
  readonly version: 1;
  /** 32 hex digits, the same from the first write on. */
  readonly lineage: string;
  /** One more with each write, from 1. */
  readonly serial: number;
  /** The provider's. */
  readonly type: string;
  readonly generatedAt: string;
  /** Whether nothing was left to do when it was written. */
  readonly isSynced: boolean;
  readonly resources: readonly StateResource[];
  readonly metadata: JsonObject;
}

/** What a provider builds. The kit adds the rest of a state; an object without `lastRefreshed` was observed just now. */
export interface StateContent {
  readonly resources: readonly (Omit<StateResource, "lastRefreshed"> & {
    readonly lastRefreshed?: string;
  })[];
  /** Default: nothing. */
  readonly metadata?: JsonObject;
}

/** The objects of a state, by address and by the system's id (P10). */
export class StateIndex {
  readonly #byAddress: ReadonlyMap<string, StateResource>;
  readonly #byExternalId: ReadonlyMap<string, StateResource>;

  constructor(state: Pick<State, "resources"> | undefined) {
    const resources = state?.resources ?? [];
    this.#byAddress = new Map(resources.map((each) => [each.address, each]));
    this.#byExternalId = new Map(
      resources.flatMap((each) => (each.externalId === undefined ? [] : [[each.externalId, each]])),
    );
  }

  at(address: string): StateResource | undefined {
    return this.#byAddress.get(address);
  }

  withExternalId(id: string): StateResource | undefined {
    return this.#byExternalId.get(id);
  }
}
