import type { HostReader, LocalGroup, LocalUser, PackageDatabase } from "@holdfast/core";
import { type InstallRecords, readInstallRecords } from "@holdfast/host";
import { type EtcFile, readEtc } from "./etc-files.ts";
import { type PackageNeeds, resolveNeeds } from "./package-needs.ts";

/** What collectors judge by. Each part is read once, when it is first asked for. */
export interface Evidence {
  readonly host: HostReader;
  readonly signal: AbortSignal;
  /** What packages brought. */
  records(): Promise<InstallRecords>;
  packages(): Promise<PackageDatabase>;
  /** Which packages need which. */
  needs(): Promise<PackageNeeds>;
  users(): Promise<ReadonlyMap<string, LocalUser>>;
  groups(): Promise<ReadonlyMap<string, LocalGroup>>;
  /** What is in /etc and of no package. */
  etc(): Promise<readonly EtcFile[]>;
}

/** The evidence of a machine, through the ports of its reader. */
export function evidenceOf(host: HostReader, signal: AbortSignal): Evidence {
  const records = once(() => readInstallRecords(host.files, signal));
  return {
    host,
    signal,
    records,
    packages: once(() => host.packages.read(signal)),
    needs: once(async () => resolveNeeds((await records()).packages)),
    users: once(async () => (await host.accounts.readUsers(signal)).byName),
    groups: once(async () => (await host.accounts.readGroups(signal)).byName),
    etc: once(async () => readEtc(host.files, (await records()).owned, signal)),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= read());
}
