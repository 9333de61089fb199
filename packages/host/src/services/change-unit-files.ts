import { Fault, parseUnitName } from "@holdfast/core";
import { listOf } from "./systemd/bus-values.ts";
import { refusalFault } from "./systemd/refusal-fault.ts";
import type { SystemdConnection } from "./systemd/systemd-connection.ts";
import { systemdCall } from "./systemd/systemd-calls.ts";
import { CallRefused } from "./systemd/systemd-link.ts";
import { invalidUnitFault } from "./job-faults.ts";
import type { SharedReload } from "./shared-reload.ts";

/** What links are changed with. */
export interface LinkOptions {
  readonly connection: SystemdConnection;
  readonly reload: SharedReload;
}

/** What can be done to the links of units. */
export type LinkVerb = "enable" | "disable" | "mask" | "unmask";

/** systemd reads all unit files meanwhile: seconds, on a machine with many. */
const RELOAD_TIMEOUT_MS = 180_000;

/**
 * Makes or removes links, for good; what is removed is removed until the next boot too. systemd reads its unit files
 * again only when a link did change.
 * @throws {Fault} UnitNotFound, UnitMasked, UnitNotInstallable, UnitFileInTheWay, InputInvalid, and what calls throw.
 */
export async function changeLinks(
  { connection, reload }: LinkOptions,
  verb: LinkVerb,
  units: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const unit of units) if (parseUnitName(unit) === undefined) throw invalidUnitFault(unit);
  if (units.length === 0) return;
  const changed = await CHANGES[verb](connection, units, signal);
  if (changed) await reload.reload(signal);
}

/** Makes systemd read all unit files again. */
export async function reloadSystemd(connection: SystemdConnection): Promise<void> {
  const call = { ...systemdCall("Reload"), timeoutMs: RELOAD_TIMEOUT_MS };
  await connection.call(call, new AbortController().signal).catch((error: unknown) => {
    throw refusalFault(error, "to read its unit files again");
  });
}

/** Resolves with whether a link changed. */
type ChangeLinks = (
  connection: SystemdConnection,
  units: readonly string[],
  signal: AbortSignal,
) => Promise<boolean>;

const CHANGES: Readonly<Record<LinkVerb, ChangeLinks>> = {
  async enable(connection, units, signal) {
    const call = systemdCall("EnableUnitFiles", "asbb", [units, false, false]);
    const [isInstallable, changes] = await send(
      connection,
      { call, verb: "enable", units },
      signal,
    );
    if (isInstallable !== true) throw notInstallableFault(units);
    return listOf(changes, "changed links").length > 0;
  },
  async disable(connection, units, signal) {
    let changed = false;
    for (const isRuntime of [false, true]) {
      const call = systemdCall("DisableUnitFiles", "asb", [units, isRuntime]);
      const [changes] = await sendUnlessGone(connection, { call, verb: "disable", units }, signal);
      changed = hasUnlinked(changes) || changed;
    }
    return changed;
  },
  async mask(connection, units, signal) {
    const call = systemdCall("MaskUnitFiles", "asbb", [units, false, false]);
    const [changes] = await send(connection, { call, verb: "mask", units }, signal);
    return listOf(changes, "changed links").length > 0;
  },
  async unmask(connection, units, signal) {
    let changed = false;
    for (const isRuntime of [false, true]) {
      const call = systemdCall("UnmaskUnitFiles", "asb", [units, isRuntime]);
      const [changes] = await send(connection, { call, verb: "unmask", units }, signal);
      changed = hasUnlinked(changes) || changed;
    }
    return changed;
  },
};

interface Change {
  readonly call: ReturnType<typeof systemdCall>;
  readonly verb: LinkVerb;
  readonly units: readonly string[];
}

/** A unit that is gone is enabled by nothing any more. */
async function sendUnlessGone(
  connection: SystemdConnection,
  change: Change,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  try {
    return await send(connection, change, signal);
  } catch (error) {
    if (error instanceof Fault && error.reason === "UnitNotFound") return [[]];
    throw error;
  }
}

async function send(
  connection: SystemdConnection,
  { call, verb, units }: Change,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  try {
    return await connection.call({ ...call, timeoutMs: RELOAD_TIMEOUT_MS }, signal);
  } catch (error) {
    const inTheWay = { UnitExists: "UnitFileInTheWay", FileExists: "UnitFileInTheWay" } as const;
    const instead = error instanceof CallRefused && verb === "mask" ? inTheWay : {};
    throw refusalFault(error, `to ${verb} ${units.join(", ")}`, instead);
  }
}

/** systemd reports a mask in the way as a change too, and it is none. */
function hasUnlinked(changes: unknown): boolean {
  return listOf(changes, "changed links").some((change) => {
    const [type] = listOf(change, "a changed link");
    return type === "unlink";
  });
}

function notInstallableFault(units: readonly string[]): Fault {
  return new Fault({
    reason: "UnitNotInstallable",
    message: `${units.join(", ")} cannot be enabled: no [Install] section says what should start it`,
    resolution: "Add WantedBy= to its [Install] section, or do not declare whether it is enabled.",
  });
}
