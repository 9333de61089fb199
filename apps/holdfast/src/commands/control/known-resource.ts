import { listIn, objectIn, textIn } from "@holdfast/agent/control";
import type { JsonObject } from "@holdfast/core";

/** A resource as the agent's control socket tells of it, as far as it is shown. */
export interface KnownResource {
  readonly id: string;
  /** Of its status: `Ready`, `Failed` … */
  readonly type: string;
  /** One sentence, without a full stop. */
  readonly message: string;
  readonly compliance: string;
}

/** Reads the answer of `GET /resources`; what an agent of another version leaves out is empty. */
export function knownResources({ resources }: JsonObject): readonly KnownResource[] {
  return listIn(resources).map(({ id, status, view }) => ({
    id: textIn(id),
    type: textIn(objectIn(status)["type"]),
    message: textIn(objectIn(view)["message"]),
    compliance: textIn(objectIn(view)["compliance"]),
  }));
}
