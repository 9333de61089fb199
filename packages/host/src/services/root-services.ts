import {
  type Clock,
  Fault,
  type FileReader,
  type PathWatches,
  parseUnitName,
  type ServiceWriter,
  type UnitReading,
} from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";
import type { LinkVerb } from "./change-unit-files.ts";
import { invalidUnitFault } from "./job-faults.ts";
import { observeUnits } from "./observe-units.ts";
import { DEFAULT_SEARCH_PATH, PERSISTENT_UNITS } from "./unit-files/search-path.ts";
import { watchUnits } from "./watch-units.ts";

/** What the services of another root are made of. */
export interface RootServicesOptions {
  readonly clock: Clock;
  /** Absolute, and not `/`. */
  readonly root: string;
  /** Both see this root. */
  readonly files: FileReader;
  readonly paths: PathWatches;
}

const LINK_TIMEOUT_MS = 30_000;
const MOST_SAID = 300;

/**
 * The services of a directory that a machine may be started from: nothing of it runs, but how its units are enabled and
 * masked is read, and changed by systemctl's own way for another root, which only makes and removes links in it.
 */
export function createRootServices(options: RootServicesOptions): ServiceWriter {
  const { clock, root, files, paths } = options;
  const observing = { files, searchPath: DEFAULT_SEARCH_PATH, connection: undefined };
  const refuse = (): Promise<never> => Promise.reject(unavailableFault(root));
  const change =
    (verb: LinkVerb) =>
    async (units: readonly string[], signal: AbortSignal): Promise<void> => {
      if (units.length === 0) return;
      for (const unit of units) if (parseUnitName(unit) === undefined) throw invalidUnitFault(unit);
      const requests = units.map((unit) => ({ unit }));
      const readings = await observeUnits(observing, requests, signal);
      for (const [at, unit] of units.entries()) {
        const reading = readings[at];
        refuseVerb(verb, unit, reading?.type === "present" ? reading.value : undefined);
      }
      await runSystemctl(options, [verb, "--", ...units], signal);
    };
  return {
    observeMany: (requests, signal) => observeUnits(observing, requests, signal),
    watch: (units, sink, signal) =>
      watchUnits({ files, paths, clock, connection: undefined }, { units, sink }, signal),
    connection: () => ({ socket: undefined, isOpen: false, calls: 0 }),
    transientState: refuse,
    endOfTransient: refuse,
    start: refuse,
    stop: refuse,
    restart: refuse,
    reload: refuse,
    reloadOrRestart: refuse,
    enable: change("enable"),
    disable: change("disable"),
    mask: change("mask"),
    unmask: change("unmask"),
    // What starts from this root reads everything then.
    daemonReload: () => Promise.resolve(),
    startTransient: refuse,
    forgetTransient: refuse,
  };
}

/** systemctl does some of these silently, or reports them in words of its own. */
function refuseVerb(verb: LinkVerb, unit: string, reading: UnitReading | undefined): void {
  const fault = (reason: Fault["reason"], message: string, resolution: string): Fault =>
    new Fault({ reason, message: `${unit} ${message}`, resolution });
  const isThere = reading?.path !== undefined;
  if (verb === "mask" && reading?.path === `${PERSISTENT_UNITS}/${unit}`)
    throw fault("UnitFileInTheWay", "has its file where the mask would be", "Move the file away.");
  if (verb !== "enable") return;
  if (reading?.mask !== undefined)
    throw fault("UnitMasked", "is masked and cannot be enabled", "Unmask it first.");
  if (!isThere) throw fault("UnitNotFound", "does not exist", "Install what brings the unit.");
  if (reading.enablement?.state === "static")
    throw fault(
      "UnitNotInstallable",
      "cannot be enabled: no [Install] section says what should start it",
      "Add WantedBy= to its [Install] section.",
    );
}

async function runSystemctl(
  { root, clock }: RootServicesOptions,
  words: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const result = await runProcess(
    {
      argv: ["systemctl", `--root=${root}`, "--quiet", ...words],
      env: systemEnvironment,
      timeoutMs: LINK_TIMEOUT_MS,
    },
    clock,
    signal,
  );
  if (result.exitCode === 0) return;
  throw new Fault({
    reason: "HostFailed",
    message: `systemctl --root=${root} ${words.join(" ")} failed: ${result.stderr.trim().slice(0, MOST_SAID)}`,
    resolution: "Do what it says.",
  });
}

function unavailableFault(root: string): Fault {
  return new Fault({
    reason: "ServicesUnavailable",
    message: `nothing of ${root} runs here, so no unit of it is started or stopped`,
    resolution: "Leave out what should run, or apply it in the machine itself.",
  });
}
