import type { KindAction, WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { HOSTS_LINE, PERSISTED } from "./diff.ts";
import { writeHostsNames } from "./hosts-line.ts";
import type { HostnameObserved } from "./observe.ts";
import type { HostnameSpec } from "./spec.ts";

/**
 * Writes the line in /etc/hosts first, so that the new name resolves from the moment that somebody has it; then names the
 * kernel, and last the next boot: what the kernel refuses is not kept for it either.
 * @throws {Fault} NotPrivileged, where the kernel's name is not ours; NotFound, without /etc/hosts.
 */
export async function applyHostname(
  action: KindAction<HostnameSpec, HostnameObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  if (spec.hostsNames !== undefined && hasChange(changes, HOSTS_LINE)) {
    await writeHostsNames(spec.hostsNames, context);
  }
  if (hasChange(changes, "live")) {
    await context.host.system.setHostName(spec.hostname, context.signal);
  }
  const persisted = { ...action, spec: spec.file, observed: observed?.file };
  await applyPart(PERSISTED, persisted, context);
}
