import { Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { encodeText } from "../byte-text.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { OVERRIDE, PERSISTED } from "./diff.ts";
import { livePath, type SysctlObserved } from "./observe.ts";
import type { SysctlSpec } from "./spec.ts";

/**
 * Sets the value in the running kernel first: what the kernel refuses is not set at boot either.
 * @throws {Fault} Overridden, when a file that comes later says something else; ReadOnly, for a key that the kernel lets
 *   nobody set; ValueRefused, NotFound, and those of writing a file.
 */
export async function applySysctl(
  action: KindAction<SysctlSpec, SysctlObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  if (hasChange(changes, OVERRIDE)) throw overridden(spec, observed);
  if (hasChange(changes, "live")) {
    if (observed?.live?.isWritable === false) throw readOnly(spec);
    const content = encodeText(`${spec.value}\n`);
    await context.host.files.overwrite({ path: livePath(spec), content }, context.signal);
  }
  const file = { ...action, spec: spec.dropIn, observed: observed?.dropIn };
  await applyPart(PERSISTED, file, context);
}

function overridden({ key }: SysctlSpec, observed: SysctlObserved | undefined): Fault {
  const { path = "another file", value = "" } = observed?.override ?? {};
  return new Fault({
    reason: "Overridden",
    message: `${path} sets ${key} to ${value} at boot, after the file of Holdfast`,
    resolution: `Take the line out of ${path}, declare that value, or write persisted: false.`,
  });
}

function readOnly(spec: SysctlSpec): Fault {
  return new Fault({
    reason: "ReadOnly",
    message: `${livePath(spec)} cannot be set: the kernel only shows it`,
    resolution: "Leave it out, or write live: false where it can be set at boot.",
  });
}
