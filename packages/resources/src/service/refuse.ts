import { type Change, Fault, type FaultReason } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import type { ServiceObserved } from "./observe.ts";
import type { ServiceSpec } from "./spec.ts";

/** Where a mask is made. */
const MASK_DIRECTORY = "/etc/systemd/system";

/** What is to be done about a unit, and what is there of it now. */
interface Wanted {
  readonly spec: ServiceSpec;
  readonly current: ServiceObserved | undefined;
  readonly isStarted: boolean;
  readonly isEnabled: boolean;
}

/**
 * Refuses what systemd would refuse in the middle, before anything is done.
 * @throws {Fault} UnitNotFound, UnitMasked, UnitNotInstallable, UnitFileInTheWay.
 */
export function refuseImpossible(
  spec: ServiceSpec,
  current: ServiceObserved | undefined,
  changes: readonly Change[],
): void {
  const isStarted = spec.isRunning === true && hasChange(changes, "state");
  const isEnabled = spec.isEnabled === true && hasChange(changes, "enabled");
  const wanted = { spec, current, isStarted, isEnabled };
  refuseMissing(wanted);
  refuseMasked(wanted);
  if (hasChange(changes, "enabled")) refuseEnablement(spec, current);
  if (spec.isMasked === true && hasChange(changes, "masked")) refuseInTheWay(spec.unit, current);
}

function refuseMissing({ spec: { unit }, current, isStarted, isEnabled }: Wanted): void {
  if (current?.path !== undefined || (!isStarted && !isEnabled)) return;
  throw fault(
    "UnitNotFound",
    `there is no unit ${unit}, so it cannot be ${isStarted ? "started" : "enabled"}`,
    "Declare the package or the systemd-unit that brings it, or correct the name.",
  );
}

function refuseMasked({ spec, current, isStarted, isEnabled }: Wanted): void {
  const staysMasked = current?.mask !== undefined && spec.isMasked === undefined;
  if (!staysMasked || (!isStarted && !isEnabled)) return;
  throw fault(
    "UnitMasked",
    `${spec.unit} is masked, so it is neither started nor enabled`,
    "Write masked: false, so that the mask goes; or declare it stopped and disabled.",
  );
}

function refuseInTheWay(unit: string, current: ServiceObserved | undefined): void {
  const inTheWay = `${MASK_DIRECTORY}/${unit}`;
  if (current?.path !== inTheWay) return;
  throw fault(
    "UnitFileInTheWay",
    `${unit} cannot be masked, because its file is where the mask would be: ${inTheWay}`,
    "Declare it stopped and disabled instead, or remove the file.",
  );
}

function refuseEnablement(
  { unit, isEnabled }: ServiceSpec,
  current: ServiceObserved | undefined,
): void {
  const state = current?.enablement?.state;
  if (isEnabled === undefined || current === undefined || state === undefined) return;
  const verb = isEnabled ? "enabled" : "disabled";
  const refuse = (why: string, resolution: string): never => {
    throw fault("UnitNotInstallable", `${unit} cannot be ${verb}: ${why}`, resolution);
  };
  if (state === "alias") {
    const other = current.name === unit ? "another unit" : current.name;
    refuse(`it is another name of ${other}`, `Declare service:${other} instead.`);
  }
  if (state === "generated" || state === "transient" || state === "bad") {
    refuse(`systemd calls it ${state}`, "Do not declare whether it is enabled.");
  }
  if (!isEnabled) return;
  if (state === "static") {
    refuse(
      "it has no [Install] section that says what should start it",
      "Add WantedBy= to its [Install] section, or do not declare whether it is enabled.",
    );
  }
  if (state === "indirect") {
    refuse(
      "its [Install] section only names other units",
      "Declare the unit that its Also= names.",
    );
  }
}

function fault(reason: FaultReason, message: string, resolution: string): Fault {
  return new Fault({ reason, message, resolution });
}
