/**
 * The pure domain of Holdfast: what resources, kinds, manifests, graphs, plans, gates and statuses are.
 *
 * Core knows no clock, no disk, no network and no `node:` module; time, chance, hash and host are ports whose types
 * are here and whose real parts are in `@holdfast/host`. Everything in core is a value or a pure function.
 *
 * Long because: every name that core promises is listed here, once.
 */
export { describeInvalidUtf8, firstInvalidByte } from "./text/invalid-utf8.ts";
export type { Json, JsonObject } from "./json.ts";
export { isExactNumber, isJsonObject, isSameData } from "./json.ts";
export { assert, unreachable } from "./unreachable.ts";
export { FAULT_REASONS, type FaultReason, type FaultRetry } from "./fault/fault-reasons.ts";
export {
  abortFault,
  Fault,
  type FaultData,
  type FaultFields,
  throwIfAborted,
  toFault,
} from "./fault/fault.ts";
export { FailedEntries } from "./fault/failed-entries.ts";
export { showBytes } from "./fault/show-bytes.ts";
export {
  type Diagnosed,
  type Diagnostic,
  formatLocation,
  hasErrors,
  isEnough,
  shownDiagnostics,
  type SourceLocation,
} from "./fault/diagnostic.ts";
export { KIND_NAME, kindOf, parseResourceId, type ResourceId, resourceId } from "./id.ts";
export type { Clock } from "./ports/clock.ts";
export type { Random } from "./ports/random.ts";
export type { Hash } from "./ports/hash.ts";
export { type Log, silentLog } from "./ports/log.ts";
export type {
  FileAttributes,
  FileDetails,
  FileEntry,
  FileReader,
  FileReading,
  FileReadRequest,
  FileType,
  FileOverwriteRequest,
  FileWriter,
  FileStreamRequest,
  FileWriteRequest,
  TreeEntry,
  TreeFinding,
  TreeReading,
  TreeReadRequest,
  StreamedContent,
  LinkRequest,
} from "./ports/files.ts";
export type {
  CommandFaults,
  CommandFaultWords,
  CommandOutput,
  CommandQuery,
  CommandReader,
  CommandRequest,
  CommandResult,
  CommandWriter,
} from "./ports/commands.ts";
export { endOf, lastOutput } from "./command/command-end.ts";
export { commandFault } from "./command/command-fault.ts";
export { programOf, readByCommand } from "./command/things-of-command.ts";
export {
  type Attribution,
  type Certainty,
  certaintyOf,
  type Login,
  type LoginAttribution,
  type Lookup,
  type PackageAttribution,
  type ProcessAttribution,
  type ProcessIdentity,
  type UnknownAttribution,
} from "./attribution/attribution.ts";
export { type Author, authorsOf, authorsWords } from "./attribution/authors.ts";
export { agentOrderWords, type AgentOrder } from "./attribution/agent-order.ts";
export { parseUserName, type Requester, requesterWords } from "./attribution/requester.ts";
export { shownCommand, shownText } from "./attribution/shown-command.ts";
export type { AttributionQuestion, Attributor } from "./attribution/attributor.ts";
export type { PathChanges, PathHint, PathWatch, PathWatches, Watch } from "./ports/paths.ts";
export {
  type BranchHead,
  type BranchQuery,
  type Checkout,
  type CheckoutContent,
  type CheckoutFound,
  type CheckoutPlace,
  type CheckoutQuery,
  type CheckOutRequest,
  type CheckOutResult,
  type GitReader,
  type GitSource,
  type GitTarget,
  type GitWriter,
  type KeptWork,
  MOST_KEPT,
} from "./ports/git.ts";
export type {
  BrokenHow,
  InstalledPackage,
  InstalledState,
  PackageCandidate,
  PackageDatabase,
  PackageHint,
  PackageLockHolder,
  PackageProgress,
  PackageReader,
  PackageResult,
  PackageRun,
  PackageToInstall,
  PackageTransaction,
  PackageTransactionResult,
  PackageTransactionState,
  PackageWriter,
} from "./ports/packages.ts";
export {
  type ActiveSwap,
  isWithinPath,
  mountAt,
  type Mounted,
  type MountReader,
  type MountRequest,
  type MountState,
  type MountWriter,
  type SwapContent,
  type SwapRequest,
} from "./ports/system/mounts.ts";
export type {
  FirewallHint,
  FirewallReader,
  FirewallState,
  FirewallWriter,
  ObservedChain,
  ObservedRule,
  ObservedTable,
} from "./ports/firewall/firewall.ts";
export {
  type AddressFamily,
  type BaseChain,
  chainOf,
  type FirewallChain,
  type FirewallHook,
  type FirewallKey,
  type FirewallLimit,
  type FirewallLog,
  type FirewallMap,
  type FirewallMapping,
  type FirewallMatch,
  type FirewallRule,
  type FirewallSet,
  type FirewallTable,
  type FirewallType,
  type FirewallVerdict,
  type MappedVerdict,
} from "./ports/firewall/firewall-table.ts";
export {
  EVERYWHERE,
  familyOf,
  type Interval,
  intervalText,
  mergeIntervals,
  parseInterval,
  wholeInterval,
} from "./ports/firewall/intervals.ts";
export { isInNetwork, normalAddress } from "./ports/network/link-address.ts";
export { isRoute } from "./ports/network/link-route.ts";
export type {
  LinkRoute,
  MadeLink,
  NetworkHint,
  NetworkLink,
  NetworkReader,
  NetworkState,
  NetworkStep,
  NetworkWriter,
} from "./ports/network/network.ts";
export { normalMap, normalRule, normalSet, normalTable } from "./ports/firewall/normal-form.ts";
export { type RuleCount, ruleText } from "./ports/firewall/rule-text.ts";
export {
  type CountedRule,
  loadText,
  mappedText,
  type TableCounts,
  tableText,
} from "./ports/firewall/table-text.ts";
export type {
  Container,
  ContainerHealth,
  ContainerHint,
  ContainerImage,
  ContainerReader,
  ContainerWriter,
  StopRequest,
} from "./ports/containers/containers.ts";
export type {
  ContainerHealthCheck,
  ContainerLimits,
  ContainerMount,
  NewContainer,
  NewContainerNetwork,
  NewContainerVolume,
  PublishedPort,
  RegistryCredentials,
  RestartPolicy,
} from "./ports/containers/new-container.ts";
export type {
  ContainerNetwork,
  ContainerSubnet,
  ContainerVolume,
} from "./ports/containers/network-and-volume.ts";
export { type ImageReference, splitImageReference } from "./ports/containers/image-reference.ts";
export type {
  AccountReader,
  Accounts,
  AccountSnapshot,
  AccountWriter,
  AgingChanges,
  GroupChanges,
  NameSource,
  NameSources,
  NewGroup,
  NewUser,
  PasswordChange,
  SubordinateIds,
  UserChanges,
} from "./ports/accounts.ts";
export { isAccountId, parseAccountId } from "./accounts/account-id.ts";
export { ACCOUNT_NAME_RULE, isAccountName } from "./accounts/account-name.ts";
export { PASSWORD_HASH_RULE, PasswordHash } from "./accounts/password-hash.ts";
export { parseUserPassword } from "./accounts/user-password.ts";
export { isUngivenHome } from "./accounts/unfinished-home.ts";
export type {
  IdRange,
  LocalGroup,
  LocalUser,
  UserAging,
  UserPassword,
  UserShadow,
} from "./accounts/local-user.ts";
export {
  addEntry,
  type BrokenLine,
  brokenLines,
  changeEntry,
  entriesOf,
  findEntry,
  type LineFormat,
  type LineMeaning,
  parseTable,
  printTable,
  putEntry,
  removeEntry,
  type TableLine,
  type TextTable,
  withoutEntries,
} from "./text-table/text-table.ts";
export { joinLines, splitLines, type TextLine, usualEnding } from "./text-table/text-lines.ts";
export { type PasswdEntry, passwdFormat } from "./text-table/passwd-lines.ts";
export {
  type GroupEntry,
  groupFormat,
  type GroupShadowEntry,
  groupShadowFormat,
} from "./text-table/group-lines.ts";
export { type ShadowEntry, shadowFormat } from "./text-table/shadow-lines.ts";
export { type SubordinateEntry, subordinateFormat } from "./text-table/subordinate-lines.ts";
export { type FstabEntry, fstabFormat, fstabKey } from "./text-table/fstab-lines.ts";
export { type HostsEntry, hostsFormat } from "./text-table/hosts-lines.ts";
export { type SysctlEntry, sysctlFormat, sysctlPath } from "./text-table/sysctl-lines.ts";
export {
  type AuthorizedKeyEntry,
  authorizedKeyFormat,
  authorizedKeyId,
  type KeyOption,
} from "./text-table/authorized-key-lines.ts";
export {
  type CrontabEntry,
  systemCrontabFormat,
  userCrontabFormat,
} from "./text-table/crontab-lines.ts";
export { parsePauseReason, type Pause, pausedFault } from "./pause.ts";
export { grownDelayMs, type GrowingDelay } from "./time/grown-delay.ts";
export { sleep } from "./time/sleep.ts";
export type { MachineConditions } from "./ports/machine-conditions.ts";
export type { HealthGet, HealthProbes, HealthSubject } from "./health/health-probes.ts";
export type { FactReader } from "./ports/system/facts.ts";
export type {
  ArchiveEntry,
  ArchiveEntryType,
  ArchiveLimits,
  Archives,
  OpenArchive,
} from "./ports/content/archives.ts";
export type { CertificateFacts, Certificates } from "./ports/content/certificates.ts";
export type { Downloads } from "./ports/download.ts";
export type { HostReader, HostWriter, OneShots, PortName } from "./ports/host.ts";
export { dryApply, type DryApplyPlace } from "./dry-run/dry-apply.ts";
export { DryRun, type Expectation, knowNothing, type KnownOfHost } from "./dry-run/dry-run.ts";
export { KindPorts } from "./kind-ports/kind-ports.ts";
export { readerOf } from "./kind-ports/reader-of.ts";
export type { AppliedChange, Before, ChangeLedger, FilePlace } from "./ports/kept/changes.ts";
export type { HalfChange, Hold, PlannedChange, UnconfirmedChange } from "./ports/kept/changes.ts";
export type { ApprovalLedger, KeptAction } from "./ports/kept/approvals.ts";
export type { KeptApproval, SpentNonce } from "./ports/kept/approvals.ts";
export { ApprovalMemory, nonceOf } from "./approval/approval-memory.ts";
export type { KeptBytes, Preimage, Preimages, TakenBytes } from "./ports/kept/preimages.ts";
export type { Revert } from "./resource/revert.ts";
export { beforeOf, type Difference, type KnownBefore } from "./undo/before.ts";
export { holdsSecret } from "./secret/written-secret.ts";
export { chooseChanges, unconfirmedChanges } from "./undo/choose-changes.ts";
export type { Choice, ChosenChange, RefusedChange, UndoSelector } from "./undo/choose-changes.ts";
export { graphOfReverts, type RevertRequest, type Reverts, revertsOf } from "./undo/reverts.ts";
export { ChangeMemory } from "./undo/change-memory.ts";
export type { Intent, KeptDeclaration, LastApplied, Ledger, OpenIntent } from "./ports/ledger.ts";
export type { Outcome } from "./ports/ledger.ts";
export type {
  ActiveState,
  Enablement,
  EnablementState,
  Lasting,
  LoadState,
  ServiceConnection,
  ServiceHint,
  ServiceReader,
  ServiceWriter,
  TransientRequest,
  TransientState,
  UnitDetails,
  UnitExit,
  UnitJobRequest,
  UnitReading,
  UnitRequest,
  UnitRuntime,
} from "./ports/services/services.ts";
export type { RebootRequest, SystemReader, SystemWriter } from "./ports/system/system.ts";
export { isTemplate, parseUnitName, type UnitName } from "./ports/services/unit-name.ts";
export type { Secrets } from "./ports/secrets.ts";
export { REDACTED, Secret } from "./secret/secret.ts";
export { isSecretPath, SECRET_KEY, SECRET_PATH_RULE } from "./secret/secret-path.ts";
export type { SecretReference } from "./secret/secret-reference.ts";
export { missingSecrets, refusedSecrets } from "./check/check-secrets.ts";
export { resolveSpec, secretsDigestOf } from "./check/resolve-spec.ts";
export { Redaction } from "./display/redaction.ts";
export { tellableChanges } from "./display/secret-changes.ts";
export { compileGlob, type Glob, isGlob } from "./selection/glob.ts";
export {
  matchResources,
  type Selectable,
  selecting,
  type Selection,
  selectResources,
} from "./selection/selection.ts";
export { compileExclusion, type Exclusion, isExcludedBelow } from "./selection/exclusion.ts";
export { ABSENT, type Observation, present, unknown } from "./observation.ts";
export { type Change, change } from "./change.ts";
export type { Resource } from "./resource/resource.ts";
export { bindGone } from "./removal/bind-kept.ts";
export { isSameThing, keptDeclaration, redeclared } from "./removal/keep-declaration.ts";
export { withKeepAdvice } from "./removal/keep-advice.ts";
export { type Removals, removalsOf } from "./removal/removals.ts";
export type { ControlGuard, ResourceMeta } from "./resource/meta.ts";
export type {
  AnyKind,
  BindReport,
  KindBatch,
  KindFile,
  KindSupport,
  ChangeBefore,
  Ownership,
  ResourceKind,
  Thing,
} from "./resource/kind.ts";
export type {
  BatchMember,
  HintSink,
  JudgedAction,
  KindAction,
  KindWatch,
  ReadContext,
  TaskState,
  WatchChanges,
  WriteContext,
} from "./resource/kind-context.ts";
export { operationWords } from "./display/operation-words.ts";
export type { KindOperation, OperationReport } from "./resource/operation.ts";
export { type OwnedPath, ownedPaths } from "./resource/owned-paths.ts";
export { type Catalog, catalogOf, createCatalog } from "./resource/catalog.ts";
export { type Platform, PLATFORMS } from "./platform.ts";
export type { Schema } from "./schema.ts";
export { API_VERSION, type Manifest } from "./manifest/manifest.ts";
export {
  FACT_NAMES,
  type Facts,
  factsJson,
  PACKAGE_BACKENDS,
  type PackageBackend,
  type StableId,
} from "./facts.ts";
export type { Assessment, Impact, Risk } from "./gate/risk.ts";
export type { Cause, PlannedAction, PlannedWait, Provenance, Verb } from "./plan/action.ts";
export type { Orphan, Plan, PlanOrigin, PlanSummary } from "./plan/plan.ts";
export { type Result, type ResultStatus, type ResultSummary, summarize } from "./result.ts";
export type { EngineEvent, EventSink } from "./event.ts";
export { attributionJson, type AttributionView } from "./display/attribution-json.ts";
export { attributionWords } from "./display/attribution-words.ts";
export { approvalWords } from "./display/approval-words.ts";
export { changesJson } from "./display/change-json.ts";
export { eventJson, type EventView } from "./display/event-json.ts";
export { withoutLongValues } from "./display/long-values.ts";
export { countRepeats, isNews } from "./display/news.ts";
export { type Reader, visible } from "./display/redact.ts";
export { faultJson, operationJson, resultJson } from "./display/result-json.ts";
export {
  type Compliance,
  type Condition,
  type Health,
  observedGenerationOf,
  type OperationPhase,
  type StatusView,
  type Sync,
  viewOf,
} from "./status/derive.ts";
export type { ResourceStatus, StatusBody, WaitReason } from "./status/status.ts";
export { type Endpoint, parseEndpoint } from "./condition/endpoint.ts";
export {
  type HealthCheck,
  type HealthProbe,
  type HealthPurpose,
  type HealthTiming,
  nameOfProbe,
  timingOf,
} from "./health/health-check.ts";
export {
  afterProbe,
  type CheckHealth,
  type HealthWord,
  overallHealth,
  type ProbedHealth,
  type ProbeOutcome,
  type ResourceHealth,
  type Unready,
  unprobed,
  unreadyOf,
  wordsOfHealth,
} from "./health/judge-health.ts";
export { judgeConditions, type Judgement, type Truth } from "./condition/judge-conditions.ts";
export {
  LEAF_TYPES,
  type LeafCondition,
  leafKey,
  leavesOf,
  type MachineCondition,
} from "./condition/machine-condition.ts";
export { type Decision, type PolicyDecision, postGate, preGate } from "./gate/gate.ts";
export { assess, type AssessmentGiven, type JudgingKind } from "./risk/assess.ts";
export { GENERAL_RISKS } from "./risk/general-risks.ts";
export { type RiskRow, riskTable } from "./risk/risk-table.ts";
export { type BudgetState, type JudgedByPolicy, judgePolicy } from "./policy/judge-policy.ts";
export { DEFAULT_POLICY, type Policy, type Veto } from "./policy/policy.ts";
export { ALLOW_ALL, NOT_APPROVED } from "./policy/policy-gate.ts";
export type { ApprovalQuery, GivenApprovals, PolicyGate } from "./policy/policy-gate.ts";
export { policyJsonSchema, readPolicy } from "./policy/read-policy.ts";
export { readVeto, type VetoFile } from "./policy/read-veto.ts";
export { type CronTimes, stateOfWindows, type WindowState } from "./policy/windows.ts";
export { checkResources, type Declared } from "./check/check-resources.ts";
export { type FieldPath, formatPath } from "./check/field-path.ts";
export { canonicalText } from "./manifest/canonical-text.ts";
export { manifestOfRecording } from "./manifest/manifest-of-recording.ts";
export { manifestJsonSchema, specJsonSchema } from "./manifest/manifest-json-schema.ts";
export { readManifest, type ReadManifestOptions } from "./manifest/read-manifest.ts";
export { readSecretsDocument, type SecretsLeaf } from "./manifest/secrets-document.ts";
export { type ManifestDocument, type ManifestFile, parseFile } from "./manifest/parse-file.ts";
export { readDocument, type WrittenDocument } from "./manifest/read-document.ts";
export type { Mistake } from "./check/mistake.ts";
export {
  MAX_TEMPLATE_LENGTH,
  type ParsedTemplate,
  parseTemplate,
  type Template,
  type TemplateMistake,
  type TemplatePart,
} from "./template/parse-template.ts";
export { type RenderedTemplate, renderTemplate } from "./template/render-template.ts";
export type { TemplateScope } from "./template/find-value.ts";
export { mistakeInWords } from "./template/place-in-text.ts";
export { varMistakes } from "./template/check-vars.ts";
export { nearest } from "./check/suggest.ts";
export { actionDigest, type DigestedAction, digestOf, planDigest } from "./digest.ts";
export { type Adjacency, adjacencyOf, type EdgeColumns, targetsOf } from "./graph/adjacency.ts";
export { pathOfThing } from "./graph/conflicts/covered-paths.ts";
export { buildGraph, type Graph, type GraphOptions } from "./graph/graph.ts";
export { type Ordering, orderGraph } from "./graph/order.ts";
export { restrictGraph } from "./graph/restrict.ts";
export { withoutLocations } from "./graph/without-locations.ts";
export { type Blueprint, isBlueprint } from "./blueprint/blueprint.ts";
export {
  blueprintFor,
  type BlueprintFunction,
  type BlueprintOptions,
  type BodyResult,
} from "./blueprint/blueprint-function.ts";
export type { Host, HostOn, KindCatalog, WrittenMeta } from "./blueprint/host.ts";
export {
  type GivenParameters,
  type ParameterDefinition,
  type ParameterDefinitions,
  type ParameterInput,
  type ParameterValues,
  readParameters,
} from "./blueprint/parameters.ts";
export { recordBlueprint } from "./blueprint/record.ts";
export type {
  OfferedKind,
  RecordedResource,
  Recording,
  RecordOptions,
} from "./blueprint/recording.ts";
export type { ResourceRef } from "./blueprint/resource-ref.ts";
export { secret, type SecretText, text } from "./blueprint/secret-text.ts";
