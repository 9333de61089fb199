// Long because: it is one table.
/**
 * Every reason a Fault can have. One table: the same word appears in the status, the event, the log line, the JSON
 * output and docs/faults.md (which `test/faults-documented.test.ts` compares with this table).
 *
 * `retry` is the default for that reason: `never` waits for a person or a new generation, `backoff` tries again.
 */
export const FAULT_REASONS = {
  Aborted: { retry: "never", summary: "The work was stopped before it finished." },
  AccountsLocked: {
    retry: "backoff",
    summary: "Another program works on the account files, or left its lock behind.",
  },
  AgentBusy: {
    retry: "backoff",
    summary: "The agent answers as many questions as it takes at once.",
  },
  AgentNotRunning: { retry: "never", summary: "No agent serves this root." },
  AgentRunning: { retry: "never", summary: "Another agent already looks after this root." },
  AlreadyExists: { retry: "backoff", summary: "Something else is where the resource should be." },
  AlreadyManaged: {
    retry: "backoff",
    summary: "Another program keeps it, and would put it back.",
  },
  ApprovalExpired: { retry: "never", summary: "The approval is no longer valid." },
  ApprovalForOtherAction: {
    retry: "never",
    summary: "The approval is for another action, or for other changes.",
  },
  ApprovalForOtherAgent: { retry: "never", summary: "The approval is for another agent." },
  ApprovalForOtherLineage: {
    retry: "never",
    summary: "The approval is for another ledger of this agent.",
  },
  ApprovalMissing: { retry: "never", summary: "The action needs an approval, and there is none." },
  ApprovalNotYetValid: { retry: "never", summary: "The approval is not valid yet." },
  ApprovalOutdated: {
    retry: "never",
    summary: "What the approved action was planned from has changed since.",
  },
  ApprovalReplayed: { retry: "never", summary: "The approval was used already." },
  ArchiveInvalid: { retry: "backoff", summary: "The archive cannot be read to its end." },
  ArchiveUnsafe: {
    retry: "backoff",
    summary: "The archive holds what would leave its directory, or is no file, directory or link.",
  },
  BlueprintFailed: { retry: "never", summary: "The blueprint threw an error." },
  BlueprintInvalid: { retry: "never", summary: "The file does not export a blueprint." },
  BlueprintMemory: { retry: "never", summary: "The blueprint used more memory than it may." },
  BlueprintTimeout: { retry: "never", summary: "The blueprint did not finish in time." },
  CertificateExpired: { retry: "backoff", summary: "The certificate is no longer valid." },
  ChangedMeanwhile: {
    retry: "backoff",
    summary: "Another program changed the file while it was edited, again and again.",
  },
  CheckoutForeign: {
    retry: "backoff",
    summary: "A checkout belongs to somebody else, or is of a form that is not kept.",
  },
  CheckoutLocked: {
    retry: "backoff",
    summary: "Another git works in the checkout, or left its lock behind.",
  },
  CommandFailed: {
    retry: "backoff",
    summary: "A command ended with an exit code that is not success.",
  },
  CommandNotFound: { retry: "backoff", summary: "The program of a command does not exist." },
  CommandTimeout: { retry: "backoff", summary: "A command did not end in time and was killed." },
  ContainerFailed: {
    retry: "backoff",
    summary: "The container engine refused, or a container does not run as it should.",
  },
  ContainerInUse: {
    retry: "backoff",
    summary: "A container uses what should be removed or made anew.",
  },
  ContainersUnavailable: {
    retry: "backoff",
    summary: "No container engine answers, so nothing is known of any container.",
  },
  ContentInvalid: {
    retry: "backoff",
    summary: "The file does not hold what its kind can read with certainty.",
  },
  ContentTooLarge: { retry: "backoff", summary: "The content is larger than this agent reads." },
  ContentUnavailable: { retry: "backoff", summary: "The source of the content cannot be read." },
  ControlUnavailable: {
    retry: "never",
    summary: "The control socket cannot be served; the agent goes on without it.",
  },
  DependencyFailed: { retry: "never", summary: "Something this resource depends on failed." },
  DigestMismatch: {
    retry: "backoff",
    summary: "The content does not have the digest that was declared.",
  },
  DirectoryNotEmpty: {
    retry: "backoff",
    summary: "The directory holds undeclared entries.",
  },
  DiskFull: { retry: "backoff", summary: "There is no space, or no quota, left." },
  EnvelopeMalformed: {
    retry: "never",
    summary: "What is signed is cut off, or not of the form that it must have.",
  },
  EnvelopeTypeWrong: {
    retry: "never",
    summary: "What is signed is something else than is asked for.",
  },
  EventLogUnavailable: {
    retry: "backoff",
    summary: "The event log cannot be written; the agent goes on without it.",
  },
  FirewallRefused: {
    retry: "backoff",
    summary: "nftables does not take the rules; nothing was changed.",
  },
  FirewallUnavailable: {
    retry: "never",
    summary: "Nothing filters here, because this is another root.",
  },
  FirewallUnreadable: {
    retry: "backoff",
    summary: "The tables of the firewall cannot be read.",
  },
  Flapping: { retry: "backoff", summary: "The resource is repaired again and again." },
  GroupInUse: { retry: "backoff", summary: "The group is the primary group of a user." },
  HealthCheckFailed: {
    retry: "backoff",
    summary: "A health check of the resource fails again and again.",
  },
  HostFailed: { retry: "backoff", summary: "The operating system refused a call." },
  IdTaken: { retry: "backoff", summary: "Another user or group has the number." },
  ImageUnavailable: {
    retry: "backoff",
    summary: "The image of a container is not there and cannot be pulled.",
  },
  InputInvalid: { retry: "never", summary: "The input has mistakes; each is listed." },
  Internal: { retry: "backoff", summary: "Holdfast itself is wrong here; please report it." },
  IsMountPoint: {
    retry: "backoff",
    summary: "The target is a mount point and cannot be replaced.",
  },
  LaneFull: { retry: "backoff", summary: "Too much waits for the same thing." },
  LedgerCorrupt: { retry: "never", summary: "A record of the ledger cannot be read." },
  LedgerUnavailable: { retry: "backoff", summary: "The ledger cannot be opened or written." },
  LocalWork: { retry: "backoff", summary: "The checkout holds something that is nowhere else." },
  LockLost: { retry: "never", summary: "The lock of the root no longer keeps other agents out." },
  LoopTooDeep: { retry: "backoff", summary: "Symbolic links lead to each other without end." },
  ManifestShrank: {
    retry: "never",
    summary: "The manifest lost so many resources at once that none of them is deleted.",
  },
  MonitorDown: {
    retry: "backoff",
    summary: "A part of the agent does not run; it is started again.",
  },
  MountBusy: { retry: "backoff", summary: "The file system is in use and is not unmounted." },
  MountFailed: { retry: "backoff", summary: "The file system cannot be mounted so." },
  MountUnresponsive: {
    retry: "backoff",
    summary: "The file system under the path does not answer.",
  },
  MountsUnavailable: {
    retry: "never",
    summary: "Nothing is mounted here, because this is another root.",
  },
  NameTaken: { retry: "backoff", summary: "Another user or group has the name." },
  NotBuilt: { retry: "never", summary: "The feature is designed but not part of this version." },
  NetworkRefused: {
    retry: "backoff",
    summary: "The kernel or systemd-networkd does not take a change of the network.",
  },
  NetworkUnavailable: {
    retry: "backoff",
    summary: "No link can be changed here: another root, or systemd-networkd does not run.",
  },
  NetworkUnreadable: {
    retry: "backoff",
    summary: "The links, addresses and routes of the machine cannot be read.",
  },
  NotConfirmed: {
    retry: "never",
    summary: "A change that may cut off control is put back unless it is confirmed.",
  },
  NotConverged: { retry: "backoff", summary: "The resource still differs after it was applied." },
  NotFound: { retry: "never", summary: "The named thing does not exist." },
  NotPrivileged: { retry: "never", summary: "The rights for this are missing." },
  NothingRuns: {
    retry: "never",
    summary: "This is another root: nothing runs in it that could be changed.",
  },
  OperationRefused: {
    retry: "never",
    summary: "The operation is not done on this resource as things are.",
  },
  OutcomeUnknown: {
    retry: "never",
    summary: "A command was cut off or left alone; whether it took effect is unknown.",
  },
  OutputLost: {
    retry: "never",
    summary: "The agent's own output is dropped; the agent goes on without it.",
  },
  Overridden: { retry: "backoff", summary: "What is read later says something else." },
  PackageBroken: { retry: "backoff", summary: "The package is installed only in part." },
  PackageDatabaseUnreadable: {
    retry: "backoff",
    summary: "The package database cannot be read, so nothing is known of any package.",
  },
  PackageDowngrade: {
    retry: "never",
    summary: "The declared version is older than what is there.",
  },
  PackageFailed: { retry: "backoff", summary: "The package tool did not do what was asked." },
  PackageHeld: { retry: "never", summary: "The package is held at its version." },
  PackageListsUnavailable: {
    retry: "backoff",
    summary: "The lists of what the sources offer cannot be fetched.",
  },
  PackageNeeded: { retry: "never", summary: "Other packages would be removed with it." },
  PackageNotFound: { retry: "backoff", summary: "No source offers the package, or that version." },
  PackageTransactionRunning: {
    retry: "backoff",
    summary: "A package transaction goes on; its outcome is not known yet.",
  },
  PackageVirtual: { retry: "never", summary: "The name stands for other packages." },
  PackagesLocked: { retry: "backoff", summary: "Another program works with the package database." },
  PathUnsafe: { retry: "backoff", summary: "A path leads through something others can change." },
  Paused: { retry: "never", summary: "An operator has paused the agent." },
  PermissionDenied: { retry: "backoff", summary: "The operating system denied access." },
  PreimageGone: { retry: "never", summary: "What was there before a change is not kept any more." },
  PreimageNotKept: {
    retry: "backoff",
    summary: "What is there cannot be kept, so it is not overwritten.",
  },
  PlanOutdated: { retry: "never", summary: "A saved plan is not what would be done now." },
  PolicyDenied: { retry: "never", summary: "The policy of the machine denies the change." },
  ProviderNotReady: {
    retry: "backoff",
    summary: "The configuration of a provider needs something that does not exist yet.",
  },
  ProviderRefused: { retry: "backoff", summary: "The system of a provider refused an action." },
  ProviderUnreachable: {
    retry: "backoff",
    summary: "The system of a provider does not answer, so nothing is known of it.",
  },
  ReadOnly: { retry: "backoff", summary: "The file system is read-only." },
  RebootPending: {
    retry: "backoff",
    summary: "The machine was asked to boot again, and has not done so yet.",
  },
  RemoteUnreachable: {
    retry: "backoff",
    summary: "The remote of a checkout does not answer, or refuses.",
  },
  ResourceTimeout: { retry: "backoff", summary: "The resource did not finish in its time." },
  RevisionNotFound: {
    retry: "backoff",
    summary: "The remote has no such branch, tag or commit.",
  },
  RootExecRefused: {
    retry: "never",
    summary: "Commands do not run under --root unless --root-exec says so.",
  },
  SecretExposed: {
    retry: "backoff",
    summary: "A secret would be written where everybody can read it.",
  },
  SecretInvalid: {
    retry: "never",
    summary: "A secret is missing, or its resource does not take what it says.",
  },
  SecretsKeyUnavailable: { retry: "never", summary: "There is no usable key for the secrets." },
  SecretsKeyUnsafe: { retry: "never", summary: "Others can read or replace the secrets key." },
  ServicesUnavailable: {
    retry: "never",
    summary: "No services can be managed here: no systemd runs, or this is another root.",
  },
  SignatureInvalid: {
    retry: "never",
    summary: "A signature does not fit what is signed: one of them was changed.",
  },
  SignerNotAllowed: { retry: "never", summary: "No role of a key that signed covers the action." },
  SignerNotValidNow: { retry: "never", summary: "A key that signed is not valid at this time." },
  SignerRepeated: { retry: "never", summary: "One key signed twice." },
  SignerRevoked: { retry: "never", summary: "A key that signed is revoked." },
  SignerUnknown: { retry: "never", summary: "A key that signed is not in the trust list." },
  SignersTooFew: { retry: "never", summary: "Fewer keys signed than are needed." },
  SigningKeyUnavailable: {
    retry: "never",
    summary: "The key that should sign is none, or cannot sign.",
  },
  SigningKeyUnsafe: {
    retry: "never",
    summary: "Others can read or replace the key that should sign.",
  },
  SourceChanging: { retry: "backoff", summary: "The desired source changes while it is read." },
  SourceEntryRefused: {
    retry: "backoff",
    summary: "The tree to copy holds something that is not copied.",
  },
  SourceUnsafe: { retry: "never", summary: "Others can write the desired source." },
  StateChanged: { retry: "never", summary: "Another run has written the state meanwhile." },
  StateCorrupt: { retry: "never", summary: "The state file of a provider cannot be read." },
  StateForeign: {
    retry: "never",
    summary: "The state file is of another lineage, provider or version.",
  },
  StateLost: {
    retry: "never",
    summary: "The state file is gone, and something else shows that it was there.",
  },
  SwapFailed: { retry: "backoff", summary: "The area cannot be used for swapping, or is needed." },
  SystemdMissing: { retry: "never", summary: "This machine is not run by systemd." },
  SystemdUnresponsive: {
    retry: "backoff",
    summary: "systemd runs, but cannot be reached or does not answer.",
  },
  TaskUnknown: {
    retry: "backoff",
    summary: "The state of work outside of the agent is unknown.",
  },
  TemplateInvalid: {
    retry: "backoff",
    summary: "A template has a mistake, or names something that is not there.",
  },
  TooManyOpenFiles: {
    retry: "backoff",
    summary: "The process, or the machine, has as many files open as it may.",
  },
  UndoRefused: { retry: "never", summary: "The change cannot be undone as things are." },
  TrustListExpired: {
    retry: "never",
    summary: "The trust list has expired, and nothing new is accepted by it.",
  },
  TrustListForked: {
    retry: "never",
    summary: "There are two different trust lists of one version.",
  },
  TrustListMissing: { retry: "never", summary: "There is no trust list, so nobody can approve." },
  TrustListRolledBack: {
    retry: "never",
    summary: "The trust list is older than the one that was accepted.",
  },
  UnitChanged: {
    retry: "never",
    summary: "The systemd unit is not as holdfast install made it.",
  },
  UnitFailed: {
    retry: "backoff",
    summary: "A unit did not start, or a job of it did not succeed.",
  },
  UnitFileInTheWay: {
    retry: "backoff",
    summary: "A unit cannot be masked, because its file is where the mask would be.",
  },
  UnitMasked: { retry: "backoff", summary: "The unit is masked, so it is not started or enabled." },
  UnitNotFound: { retry: "backoff", summary: "There is no such unit." },
  UnitNotInstallable: {
    retry: "backoff",
    summary: "The unit does not say what should start it, so it cannot be enabled.",
  },
  UnitTimeout: {
    retry: "backoff",
    summary: "A job of a unit did not end in time; systemd goes on with it.",
  },
  UnknownKind: { retry: "never", summary: "The kind does not exist here." },
  UnknownLocale: { retry: "backoff", summary: "The locale is not generated on this machine." },
  UnknownTimeZone: { retry: "backoff", summary: "The machine knows no such time zone." },
  UnknownUser: { retry: "backoff", summary: "The user or group does not exist." },
  UnsupportedPlatform: { retry: "never", summary: "The kind is not built for this platform." },
  UsageInvalid: { retry: "never", summary: "The command line has a mistake." },
  UserBusy: {
    retry: "backoff",
    summary: "Processes of the user keep it from being changed or removed.",
  },
  ValidationFailed: { retry: "backoff", summary: "The declared check refused the new content." },
  ValueRefused: { retry: "backoff", summary: "The kernel does not take the value." },
  WatchFailed: {
    retry: "backoff",
    summary: "A watcher ended; its resources are polled meanwhile.",
  },
  WatchOverflow: {
    retry: "backoff",
    summary: "The kernel dropped events; everything is observed again.",
  },
  WrongType: { retry: "backoff", summary: "The path is another type of file than declared." },
} as const satisfies Record<string, { retry: FaultRetry; summary: string }>;

/** A stable CamelCase word for why something failed. */
export type FaultReason = keyof typeof FAULT_REASONS;

/** What the engine does after the fault: `never` waits for a person, a generation or an outside event. */
export type FaultRetry = "never" | "backoff";
