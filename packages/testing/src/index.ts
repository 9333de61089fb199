/**
 * What proves Holdfast: a simulated host that behaves, a virtual clock, seeded chance, a ledger in memory, and the laws
 * that every kind and every host must keep.
 *
 * Nothing here touches the machine but `real-host`, which works in temporary directories, and the laws of the real host,
 * which are given one.
 */
export { archiveLaws, readArchive, type ReadEntry } from "./archive-laws/archive-laws.ts";
export { latin1Of, tarOf, type TarEntry } from "./archive-laws/tar-bytes.ts";
export {
  createSimulatedHost,
  type SimulatedHost,
  type SimulatedHostOptions,
} from "./simulated-host/simulated-host.ts";
export {
  type SimulatedAttributor,
  simulatedAttributor,
} from "./simulated-host/simulated-attributor.ts";
export type { SimulatedAccounts } from "./simulated-host/accounts/simulated-accounts.ts";
export type { SimulatedAccountSystem } from "./simulated-host/accounts/simulated-account-system.ts";
export type {
  Behaviour,
  Programs,
  SimulatedCommands,
  SimulatedEnding,
} from "./simulated-host/simulated-commands.ts";
export { type SimulatedConditions } from "./simulated-host/simulated-conditions.ts";
export { simulatedOneShots } from "./simulated-host/simulated-one-shots.ts";
export { PackageModel } from "./simulated-host/package-model.ts";
export type { OfferedPackage } from "./simulated-host/package-resolution.ts";
export { type SimulatedPackages, simulatedPackages } from "./simulated-host/simulated-packages.ts";
export { type SimulatedPaths, simulatedPaths } from "./simulated-host/simulated-paths.ts";
export { type SimulatedProbes, simulatedProbes } from "./simulated-host/simulated-probes.ts";
export { type SimulatedServices } from "./simulated-host/simulated-services.ts";
export { SimulatedSystemd } from "./simulated-host/services/simulated-systemd.ts";
export type { SimulatedProgram } from "./simulated-host/services/simulated-programs.ts";
export { simulatedRemote } from "./simulated-host/simulated-remote.ts";
export {
  createSimulatedKernel,
  type MountOptions,
  type SimulatedKernel,
  type SimulatedKernelOptions,
} from "./simulated-host/kernel/kernel.ts";
export type { FailurePlan } from "./simulated-host/kernel/injection.ts";
export type { Inspection } from "./simulated-host/kernel/inspect.ts";
export type { Credentials } from "./simulated-host/kernel/permission.ts";
export type { Tamper, TamperAttributes } from "./simulated-host/kernel/tamper.ts";
export { carryOut } from "./operations/carry-out.ts";
export type { Operation, OperationAttributes } from "./operations/operation.ts";
export type { Actor } from "./operations/actor.ts";
export type { PackageOperation, SampleOperation } from "./operations/package-operation.ts";
export { changeSimulatedPackage } from "./operations/simulated-packages.ts";
export { simulatedActor } from "./operations/simulated-actor.ts";
export {
  type AptMachine,
  type AptMachineOptions,
  holdLock,
  openAptMachine,
} from "./real-host/packages/apt-machine.ts";
export { type BuiltPackages, buildPackages } from "./real-host/packages/debian-source.ts";
export { type BuiltRpms, buildRpms, openRpmMachine } from "./real-host/packages/rpm-machine.ts";
export { openPacmanMachine } from "./real-host/packages/pacman-machine.ts";
export { openRealDirectory, type RealDirectory } from "./real-host/real-directory.ts";
export type { FakeInput, FakeSpec } from "./fake-resources/fake-resource-spec.ts";
export type { FakeCall, Trouble } from "./fake-resources/fake-call.ts";
export { FakeResources, type FakeResourcesOptions } from "./fake-resources/fake-resources.ts";
export { ledgerLaws, type LedgerSubject } from "./ledger-laws/ledger-laws.ts";
export { LEDGER_IDS, LedgerModel } from "./ledger-laws/ledger-model.ts";
export { anyLedgerStep, type LedgerStep } from "./ledger-laws/ledger-step.ts";
export { MemoryLedger } from "./memory-ledger.ts";
export { seededRandom } from "./seeded-random.ts";
export { simulatedSecrets } from "./simulated-secrets.ts";
export { VirtualClock } from "./virtual-clock.ts";
export {
  checkKind,
  checkKindRefusal,
  checkKindUnknown,
  type KindCase,
  type KindRig,
  writeContext,
} from "./kind-laws/kind-laws.ts";
export { actionOn } from "./kind-laws/action-on.ts";
export {
  checkSimulated,
  refuseSimulated,
  type SimulatedRig,
  simulatedRig,
  type Start,
} from "./kind-laws/simulated-rig.ts";
export {
  type ConformanceOptions,
  kindConformance,
} from "./kind-laws/conformance/kind-conformance.ts";
export type { KindSample, KindSamples, RealEffort } from "./kind-laws/conformance/samples.ts";
export { packageLaws, type PackageLawsOptions } from "./package-laws/package-laws.ts";
export {
  type PackageActor,
  type PackageSubject,
  UNIVERSE,
} from "./package-laws/package-subject.ts";
export { simulatedPackageSubject } from "./package-laws/simulated-package-subject.ts";
export { anyRequest } from "./package-laws/request-laws.ts";
export { accountLaws, type AccountLawsOptions } from "./account-laws/account-laws.ts";
export type { AccountSubject, OpenSubject } from "./account-laws/subject.ts";
export { openDisposableMachine, openRealAccountRoot } from "./real-host/real-account-subject.ts";
export { gitLaws, type GitLawsOptions } from "./git-laws/git-laws.ts";
export type { GitSubject, OpenGitSubject } from "./git-laws/git-subject.ts";
export { hasProgram } from "./real-host/has-program.ts";
export { openRealGit } from "./real-host/real-git-subject.ts";
export { branchAt, SAMPLE, sampleRepository } from "./git-laws/sample-repository.ts";
export { FirewallModel } from "./simulated-host/firewall/simulated-firewall.ts";
export { NetworkModel } from "./simulated-host/network/network-model.ts";
export { firewallLaws, type FirewallLawsOptions } from "./firewall-laws/firewall-laws.ts";
export { arbitraryTable } from "./firewall-laws/arbitrary-table.ts";
export type { FirewallSubject } from "./firewall-laws/subject.ts";
export {
  openRealFirewallSubject,
  type RealFirewallSubject,
} from "./real-host/real-firewall-subject.ts";
export { openNetworkIn } from "./real-host/open-network-in.ts";
export { killIn, untilHinted } from "./real-host/namespaces/namespace-tools.ts";
export {
  missingForFirewall,
  openNetworkNamespace,
  type RealNetworkNamespace,
} from "./real-host/namespaces/network-namespace.ts";
export { mountLaws, type MountLawsOptions } from "./mount-laws/mount-laws.ts";
export type { MountSubject } from "./mount-laws/subject.ts";
export { canMount } from "./real-host/namespaces/mount-namespace.ts";
export { missingForSwap, openRealMountSubject } from "./real-host/real-mount-subject.ts";
export { fileLaws } from "./file-laws/file-laws.ts";
export type { FileSubject } from "./file-laws/subject.ts";
export {
  type SystemLawsOptions,
  systemLaws,
  type SystemSubject,
} from "./system-laws/system-laws.ts";
export {
  type SimulatedSystem,
  SystemModel,
} from "./simulated-host/system/simulated-system.ts";
export { serviceLaws } from "./service-laws/service-laws.ts";
export type {
  ServiceActor,
  ServiceLawsOptions,
  ServiceSubject,
} from "./service-laws/subject.ts";
export { ContainerModel, type ModelImage } from "./simulated-host/containers/container-model.ts";
export { containerLaws, type ContainerLawsOptions } from "./container-laws/container-laws.ts";
export {
  missingForPodman,
  openPodmanMachine,
  type PodmanMachine,
  REGISTRY,
} from "./real-host/podman-machine.ts";
export { IMAGE, OTHER_IMAGE } from "./container-laws/subject.ts";
export { openPodmanForLaws, realContainerSubject } from "./real-host/real-container-subject.ts";
