import { Fault, type FileReader } from "@holdfast/core";
import { compareConffiles, type ConffileState } from "./changed-conffiles.ts";
import { type OwnedPaths, readOwnedPaths } from "./owned-paths.ts";
import { type ConffileRecord, type PackageRecord, parsePackageRecords } from "./package-records.ts";
import { type PackageHistory, readPackageHistory } from "./package-history.ts";
import { type PackageScripts, readPackageScripts } from "./package-scripts.ts";
import { readSystemAccounts } from "./system-accounts.ts";
import { readUnitRecords, type UnitRecords } from "./unit-records.ts";

const STATUS = "/var/lib/dpkg/status";
const UCF = "/var/lib/ucf/hashfile";
const MOST_STATUS_BYTES = 64 * 1024 * 1024;

/**
 * The records of Debian's tools about what packages brought to a machine: evidence that distinguishes a person's choice
 * from a package's. Only reading, no process, and nothing is kept up to date.
 */
export interface InstallRecords {
  /** Those that are installed, by name. */
  readonly packages: ReadonlyMap<string, PackageRecord>;
  readonly owned: OwnedPaths;
  readonly scripts: PackageScripts;
  readonly history: PackageHistory;
  readonly units: UnitRecords;
  /** Names of users and groups that the system itself brings. */
  readonly systemAccounts: ReadonlySet<string>;
  /** Configuration files that a script wrote and ucf(1) has on record. */
  readonly scriptConffiles: readonly ConffileRecord[];
  /** Compares configuration files with what was brought. */
  compare(
    conffiles: readonly ConffileRecord[],
    signal: AbortSignal,
  ): Promise<readonly ConffileState[]>;
}

/**
 * Reads them all.
 * @throws {Fault} UnsupportedPlatform, where there is no database of dpkg; PackageDatabaseUnreadable; Aborted.
 */
export async function readInstallRecords(
  files: FileReader,
  signal: AbortSignal,
): Promise<InstallRecords> {
  const status = await textAt(files, STATUS, signal);
  if (status === undefined) throw noRecords();
  const packages = parsePackageRecords(status);
  const owned = await readOwnedPaths(files, signal);
  const scripts = await readPackageScripts(files, signal);
  const history = await readPackageHistory(files, signal);
  const units = await readUnitRecords(files, signal);
  const systemAccounts = await readSystemAccounts(files, signal);
  const ucf = (await textAt(files, UCF, signal)) ?? "";
  const scriptConffiles = parseUcf(ucf);
  const compare = (conffiles: readonly ConffileRecord[], asked: AbortSignal) =>
    compareConffiles(files, conffiles, asked);
  return { packages, owned, scripts, history, units, systemAccounts, scriptConffiles, compare };
}

async function textAt(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = { path, content: "bytes", maxBytes: MOST_STATUS_BYTES } as const;
  const reading = await files.read(request, signal);
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "absent" || reading.value.bytes === undefined) return undefined;
  return new TextDecoder().decode(reading.value.bytes);
}

/** One line for each: the digest of what was brought last, and the path. */
function parseUcf(text: string): readonly ConffileRecord[] {
  return text.split("\n").flatMap((line) => {
    const [, md5, path] = /^([0-9a-f]{32}) {2}(\/.+)$/.exec(line) ?? [];
    return md5 === undefined || path === undefined ? [] : [{ path, md5, isObsolete: false }];
  });
}

function noRecords(): Fault {
  return new Fault({
    reason: "UnsupportedPlatform",
    message: `what packages brought is known from the records of dpkg, and there is no ${STATUS}: unverified here`,
    resolution:
      "Export on Debian or a system made of it; elsewhere only --kinds ssh-key,hostname,timezone,ca-certificate needs no records.",
  });
}
