import type { Json } from "@holdfast/core";
import type { Provider } from "../provider/provider.ts";

/** A provider on a fresh system of its own, and what others may do to that system. */
export interface ProviderRig extends AsyncDisposable {
  readonly provider: Provider;
  /** Where its configuration is. It declares at least one object that is not there yet. */
  readonly root: string;
  /** Texts that must not be in any plan or state. */
  readonly secrets: readonly string[];
  /** All that the system holds, observed past the provider. */
  snapshot(): Promise<Json>;
  /** Somebody else changes or removes something that is declared. */
  tamper(): Promise<void>;
  /** Nothing answers any more. */
  cutOff(): Promise<void>;
}
