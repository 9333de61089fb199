import { API_VERSION, faultJson, type JsonObject, type KeptApproval } from "@holdfast/core";
import type { ShownApprovals } from "../../approvals/shown-approvals.ts";

/** An approval that was taken, as the agent sends it. */
export function approvalJson({ nonce, expiresMs, by, actions }: KeptApproval): JsonObject {
  const expires = new Date(expiresMs).toISOString();
  return {
    apiVersion: API_VERSION,
    nonce,
    by,
    expires,
    actions: actions.map((one) => ({ ...one })),
  };
}

/** The approvals of an agent, as it sends them. */
export function approvalsJson({
  authority,
  version,
  fault,
  approvals,
}: ShownApprovals): JsonObject {
  return {
    apiVersion: API_VERSION,
    authority,
    ...(version === undefined ? {} : { trustListVersion: version }),
    ...(fault === undefined ? {} : { fault: faultJson(fault) }),
    approvals: approvals.map(({ expiresMs, actions, ...rest }) => ({
      ...rest,
      expires: new Date(expiresMs).toISOString(),
      actions: actions.map((one) => ({ ...one })),
    })),
  };
}
