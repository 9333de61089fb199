/**
 * The other end of the control socket: what asks an agent that serves. Apart from the agent itself, so that who only
 * asks loads no engine, and who only plans loads no HTTP.
 */
export {
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
  type Question,
} from "./control/client.ts";
export { changesIn } from "./control/responses/changes.ts";
export { listIn, numberIn, objectIn, textIn, textsIn } from "./control/responses/json.ts";
export { selectionQuery } from "./control/routes/selection.ts";
export { type ApprovalFile, readApprovalFile } from "./approvals/approval-file.ts";
export { userWords } from "./approvals/user-words.ts";
export { savedPlanText } from "./saved-plan/saved-plan.ts";
export { operationIn, reportedResultIn } from "./control/responses/operation.ts";
export { orphansIn, planIn } from "./control/responses/plan.ts";
export { reportIn, reportJson } from "./control/responses/report.ts";
export type { SentEvent } from "./control/responses/events.ts";
export { controlSocketPaths, type SocketPlace } from "./control/socket-path.ts";
