import type { CheckOutRequest } from "@holdfast/core";

/** A checkout that is worked in. */
export interface Work {
  /** Of the checkout, on the machine. */
  readonly directory: string;
  readonly user: string | undefined;
  readonly request: CheckOutRequest;
}
