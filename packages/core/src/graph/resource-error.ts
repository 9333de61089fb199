import type { Diagnostic } from "../fault/diagnostic.ts";
import { mistakeDiagnostic } from "../check/mistake.ts";
import type { Resource } from "../resource/resource.ts";

/** What is wrong with a resource among others, in the place where it was declared. */
export function resourceError(resource: Resource, summary: string, detail: string): Diagnostic {
  return mistakeDiagnostic({ path: [], summary, detail }, resource.id, resource.location?.());
}
