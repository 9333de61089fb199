/**
 * The agent: composes core, engine, ledger, host and resources into one thing that plans, applies and serves a root.
 * It holds the only lock and the only ledger of that root; it never prints.
 */
export type {
  Agent,
  AgentOptions,
  AgentServeOptions,
  ApplyReport,
  Reachable,
  Records,
} from "./agent.ts";
export { type Desired, type DesiredOptions, loadDesired } from "./desired.ts";
export { lockRoot, openAgent } from "./open-agent.ts";
export { POLICY_FILE, requireInside } from "./open/own-paths.ts";
export { type PolicyFile, type ReadPolicy, readPolicyFile } from "./policy/read-policy-file.ts";
export type { LettingGo } from "./removal/let-go.ts";
export type { Resolution } from "./resolve-key.ts";
export type { GivenApproval } from "./approvals/given-approval.ts";
export { TRUST_FILE } from "./approvals/agent-approvals.ts";
export type { SavedPlan } from "./saved-plan/saved-plan.ts";
export { confirmApply } from "./confirm/confirm-apply.ts";
export type { UndoRequest } from "./undo/undo-request.ts";
export type { DesiredSource } from "./source.ts";
export { readDataFile } from "./sources/data-file.ts";
export { entryUrl } from "./sources/entry-url.ts";
export { openSource } from "./sources/open-source.ts";
export { refuseUnsafeProgram, type SourceTrust } from "./sources/source-safety.ts";
export type { SourceOptions } from "./sources/source-options.ts";
export type { OpenedSecrets, SecretsSource } from "./secrets/secrets-source.ts";
