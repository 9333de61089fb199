import type { Change } from "../change.ts";
import type { JsonObject } from "../json.ts";
import { type Reader, visible } from "./redact.ts";

/** Changes as JSON: every field is always there, `null` where there is nothing. */
export function changesJson(changes: readonly Change[], reader: Reader): readonly JsonObject[] {
  return changes.map((change) => {
    const { from = null, to = null } = visible(change, reader);
    return { path: change.path, from, to, action: change.action };
  });
}
