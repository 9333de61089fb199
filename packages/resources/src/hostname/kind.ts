import type { ResourceKind } from "@holdfast/core";
import { HOSTS, ownedByNames } from "../hosts-file/hosts-file.ts";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT } from "../support.ts";
import { applyHostname } from "./apply.ts";
import { diffHostname, fingerprintHostname } from "./diff.ts";
import { describeHostname, type HostnameObserved, observeHostname } from "./observe.ts";
import { HOSTNAME_RISKS, riskOfHostname } from "./risk.ts";
import { bindHostname, type HostnameInput, type HostnameSpec, hostnameSchema } from "./spec.ts";
import { watchedPathsOfHostname } from "./watch.ts";

/** Programs name the kernel by a call, which makes no event. */
const RESYNC_MS = 60_000;

/** What the machine is called, in the running kernel and at boot. The name of the resource is the name. */
export const hostnameKind: ResourceKind<HostnameSpec, HostnameObserved, undefined, HostnameInput> =
  {
    kind: "hostname",
    summary: "The name of the machine: in the running kernel, at boot and in /etc/hosts.",
    support: LINUX_SUPPORT,
    ports: ["files", "accounts", "paths", "hash", "system"],
    schema: hostnameSchema,
    resyncMs: RESYNC_MS,
    bind: bindHostname,
    lanes: ({ file, hostsNames }) => [
      `path:${file.path}`,
      ...(hostsNames === undefined ? [] : [`path:${HOSTS}`]),
    ],
    observe: observeHostname,
    diff: diffHostname,
    apply: applyHostname,
    risk: riskOfHostname,
    risks: HOSTNAME_RISKS,
    foresee: applyHostname,
    temporaries: ({ file }) => [{ path: file.path }, { path: HOSTS }],
    watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfHostname, context, sink),
    fingerprint: fingerprintHostname,
    isFullyWatched: () => false,
    describe: describeHostname,
    owns: ({ file, isLive, hostsNames }) => [
      { thing: `path:${file.path}`, isWhole: true },
      ...(isLive ? [{ thing: "sysctl:kernel/hostname", isWhole: true } as const] : []),
      ...(hostsNames === undefined ? [] : ownedByNames(hostsNames)),
    ],
  };
