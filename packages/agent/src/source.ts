import type { Diagnosed, Manifest } from "@holdfast/core";

/** Where manifests come from. */
export interface DesiredSource {
  /** For people: the path, or what else it is. */
  readonly describe: string;
  /**
   * Reads it afresh each time.
   * @throws {Fault} NotFound, PermissionDenied, SourceUnsafe, Blueprint…, when there is nothing to diagnose.
   */
  load(signal: AbortSignal): Promise<Diagnosed<Manifest>>;
}
