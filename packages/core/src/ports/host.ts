import type { AccountReader, AccountWriter } from "./accounts.ts";
import type { Archives } from "./content/archives.ts";
import type { Certificates } from "./content/certificates.ts";
import type { CommandReader, CommandWriter } from "./commands.ts";
import type { ContainerReader, ContainerWriter } from "./containers/containers.ts";
import type { Downloads } from "./download.ts";
import type { FactReader } from "./system/facts.ts";
import type { FileReader, FileWriter } from "./files.ts";
import type { FirewallReader, FirewallWriter } from "./firewall/firewall.ts";
import type { GitReader, GitWriter } from "./git.ts";
import type { Hash } from "./hash.ts";
import type { MountReader, MountWriter } from "./system/mounts.ts";
import type { NetworkReader, NetworkWriter } from "./network/network.ts";
import type { PackageReader, PackageWriter } from "./packages.ts";
import type { PathWatches } from "./paths.ts";
import type { ServiceReader, ServiceWriter } from "./services/services.ts";
import type { SystemReader, SystemWriter } from "./system/system.ts";

/** What a kind may observe. */
export interface HostReader {
  readonly files: FileReader;
  readonly accounts: AccountReader;
  readonly facts: FactReader;
  readonly commands: CommandReader;
  readonly paths: PathWatches;
  readonly packages: PackageReader;
  readonly services: ServiceReader;
  readonly system: SystemReader;
  readonly git: GitReader;
  readonly mounts: MountReader;
  readonly firewall: FirewallReader;
  readonly network: NetworkReader;
  readonly containers: ContainerReader;
  readonly hash: Hash;
  readonly certificates: Certificates;
  /** What is known of one-shots; only a writer begins and ends them. */
  readonly oneShots: Pick<OneShots, "state">;
}

/** What a kind may change; handed out only inside `apply` and `refresh`. */
export interface HostWriter extends HostReader {
  readonly files: FileWriter;
  readonly packages: PackageWriter;
  readonly accounts: AccountWriter;
  readonly commands: CommandWriter;
  readonly downloads: Downloads;
  readonly archives: Archives;
  readonly services: ServiceWriter;
  readonly system: SystemWriter;
  readonly git: GitWriter;
  readonly mounts: MountWriter;
  readonly firewall: FirewallWriter;
  readonly network: NetworkWriter;
  readonly containers: ContainerWriter;
  readonly oneShots: OneShots;
}

/** The name of a port, as a kind lists it. */
export type PortName = keyof HostWriter;

/** Keys of things that must happen once. The key is durable before the effect and after it. */
export interface OneShots {
  /** `undefined`: never begun. `begun`: cut off between, or its record is lost, so its outcome is unknown. */
  state(key: string): "begun" | "done" | undefined;
  begin(key: string, signal: AbortSignal): Promise<void>;
  done(key: string, signal: AbortSignal): Promise<void>;
  /** Forgets a key whose effect is known not to have happened (the program never started). */
  forget(key: string, signal: AbortSignal): Promise<void>;
}
