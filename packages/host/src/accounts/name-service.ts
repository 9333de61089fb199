import { type Clock, Fault } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";

/** getent(1): "one or more supplied key could not be found in the database". */
const GETENT_NOT_FOUND = 2;
/** A directory server that does not answer in this time is an outage, not an answer. */
const GETENT_TIMEOUT_MS = 30_000;

/** How a name service is asked. */
export interface NameServiceOptions {
  readonly clock: Clock;
  /** Absolute. Default `/`; under any other there is no name service. */
  readonly root?: string;
  /** The program that asks. Default: `getent` in the system's directories. */
  readonly getentProgram?: string;
}

/** Whatever the machine is configured to ask for names: its own files, a directory, systemd. */
export interface NameService {
  /**
   * The line of a name or number as the file of the database would have it; `undefined` when nobody knows it. Only
   * getent's own "not found" is that; every other end is a fault, so that an outage is never taken for a missing user.
   * @throws {Fault} HostFailed; Aborted.
   */
  lineOf(
    database: "passwd" | "group",
    key: string,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/** The name service of a root, asked with getent(1). */
export function createNameService(options: NameServiceOptions): NameService {
  const { root = "/" } = options;
  return {
    async lineOf(database, key, signal) {
      // No account begins so, and getent would take it for an option; not every getent knows `--`.
      if (root !== "/" || key.startsWith("-") || key === "") return undefined;
      return (await getent(database, key, options, signal))?.split("\n", 1)[0];
    },
  };
}

async function getent(
  database: string,
  key: string,
  { clock, getentProgram = "getent" }: NameServiceOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = {
    argv: [getentProgram, database, key],
    env: systemEnvironment,
    timeoutMs: GETENT_TIMEOUT_MS,
    cgroup: "none",
  } as const;
  let result: Awaited<ReturnType<typeof runProcess>>;
  try {
    result = await runProcess(request, clock, signal);
  } catch (error) {
    if (error instanceof Fault && error.reason === "Aborted") throw error;
    throw databaseFault(error instanceof Error ? error.message : String(error), error);
  }
  if (result.exitCode === GETENT_NOT_FOUND) return undefined;
  if (result.exitCode === 0 && result.stdout !== "") return result.stdout;
  if (result.exitCode === 0) throw databaseFault(`getent found ${key} and says nothing of it`);
  const how = result.exitCode === undefined ? result.signalName : `exit code ${result.exitCode}`;
  throw databaseFault(`getent ended with ${how}: ${result.stderr.trim()}`);
}

/** The account database does not answer. */
export function databaseFault(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the account database cannot be read: ${why}`,
    resolution: "Check /etc/nsswitch.conf and the name services it asks (`getent passwd`).",
    cause,
  });
}
