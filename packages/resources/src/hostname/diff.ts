import { type Change, change } from "@holdfast/core";
import { fingerprintFile } from "../file/diff.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import type { HostnameObserved } from "./observe.ts";
import type { HostnameSpec } from "./spec.ts";

/** The part that counts at boot. */
export const PERSISTED = "persisted";
/** The line in /etc/hosts. */
export const HOSTS_LINE = "hostsLine";

/** Compares the running kernel, the next boot and the line in /etc/hosts with a spec, each by itself. */
export function diffHostname(
  { hostname, isLive, file, hostsNames }: HostnameSpec,
  observed: HostnameObserved | undefined,
): readonly Change[] {
  const live = observed?.live;
  const isOther = isLive && live !== undefined && live !== hostname;
  const current = observed?.hostsNames?.join(" ");
  const declared = hostsNames?.join(" ");
  return [
    ...(isOther ? [change("live", live, hostname)] : []),
    ...diffPart(PERSISTED, file, observed?.file),
    ...(declared !== undefined && declared !== current
      ? [change(HOSTS_LINE, current, declared)]
      : []),
  ];
}

/** What a machine is called, as a short text. */
export function fingerprintHostname({ live, file, hostsNames }: HostnameObserved): string {
  const persisted = file === undefined ? null : fingerprintFile(file);
  return JSON.stringify([live ?? null, persisted, hostsNames ?? null]);
}
