import { assert } from "@holdfast/core";
import type { PackageModel } from "../simulated-host/package-model.ts";
import { packageLine, type PackageOperation } from "./package-operation.ts";

/** Does an operation on the packages of a simulated machine. */
export function changeSimulatedPackage(model: PackageModel, operation: PackageOperation): void {
  const key = model.keyOf(operation.name);
  const found = model.installed.get(key);
  const isThere = found !== undefined && found.state.type !== "config-files";
  switch (operation.is) {
    case "installed":
      place(model, operation);
      break;
    case "removed":
      if (isThere) model.remove(key, false);
      break;
    case "purged":
      model.remove(key, true);
      break;
    case "half-configured":
      if (isThere) model.interrupt(operation.name);
      break;
  }
  model.changed("installed");
}

function place(
  model: PackageModel,
  operation: Extract<PackageOperation, { is: "installed" }>,
): void {
  const { name, version, isHeld = false, isAutomatic = false } = operation;
  const offer = model.offersOf(name).find((each) => each.version === version);
  assert(offer !== undefined, `no source of the sample has ${name} ${version}`);
  const marks = { isHeld, isManual: !isAutomatic };
  model.installed.set(model.keyOf(name), { offer, state: { type: "installed" }, ...marks });
  if (offer.conffile !== undefined) model.conffiles.set(offer.name, offer.conffile);
}

/** The packages of a simulated machine and their configuration files, as lines of its tree. */
export function simulatedPackageLines(model: PackageModel): readonly string[] {
  const packages = [...model.installed.values()].map(({ offer, state, isHeld, isManual }) =>
    packageLine({
      name: offer.name,
      architecture: offer.architecture ?? "all",
      version: offer.version,
      state: state.type === "broken" ? state.how : state.type,
      isHeld,
      isAutomatic: !isManual,
    }),
  );
  const conffiles = [...model.conffiles].map(
    ([name, text]) => `/etc/${name}.conf file 0644 0:0 ${JSON.stringify(text)}`,
  );
  return [...packages, ...conffiles].toSorted();
}
