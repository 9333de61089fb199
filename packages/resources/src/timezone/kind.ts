import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyTimezone } from "./apply.ts";
import { diffTimezone, fingerprintTimezone } from "./diff.ts";
import { describeTimezone, observeTimezone, type TimezoneObserved } from "./observe.ts";
import { TIMEZONE_RISKS, riskOfTimezone } from "./risk.ts";
import { bindTimezone, type TimezoneInput, type TimezoneSpec, timezoneSchema } from "./spec.ts";
import { watchedPathsOfTimezone } from "./watch.ts";

/** The time zone of the machine. The name of the resource is the zone. */
export const timezoneKind: ResourceKind<TimezoneSpec, TimezoneObserved, undefined, TimezoneInput> =
  {
    kind: "timezone",
    summary: "The time zone of the machine.",
    support: LINUX_SUPPORT,
    ports: ["files", "accounts", "paths", "hash"],
    schema: timezoneSchema,
    resyncMs: WATCHED_RESYNC_MS,
    bind: bindTimezone,
    lanes: ({ link, file }) => [`path:${link.path}`, `path:${file.path}`],
    observe: observeTimezone,
    diff: diffTimezone,
    apply: applyTimezone,
    risk: riskOfTimezone,
    risks: TIMEZONE_RISKS,
    foresee: applyTimezone,
    temporaries: ({ link, file }) => [{ path: link.path }, { path: file.path }],
    watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfTimezone, context, sink),
    fingerprint: fingerprintTimezone,
    // A write to the name through a memory map or another hard link makes no event here.
    isFullyWatched: () => false,
    describe: describeTimezone,
    needs: () => ["package:tzdata"],
    owns: ({ link, file }) => [
      { thing: `path:${link.path}`, isWhole: true },
      { thing: `path:${file.path}`, isWhole: true },
    ],
  };
