import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { LOCALES } from "./available.ts";
import { applyLocale } from "./apply.ts";
import { diffLocale, fingerprintLocale } from "./diff.ts";
import { describeLocale, type LocaleObserved, observeLocale } from "./observe.ts";
import { LOCALE_RISKS, riskOfLocale } from "./risk.ts";
import { bindLocale, LOCALE_GEN, type LocaleInput, type LocaleSpec, localeSchema } from "./spec.ts";
import { watchedPathsOfLocale } from "./watch.ts";

/** The language of the machine. The name of the resource is LANG. */
export const localeKind: ResourceKind<LocaleSpec, LocaleObserved, undefined, LocaleInput> = {
  kind: "locale",
  summary: "The language and country of the machine: LANG and its categories.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "paths", "hash", "commands"],
  schema: localeSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindLocale,
  lanes: ({ conf, debianConf, generated }) => [
    `path:${conf.path}`,
    `path:${debianConf.path}`,
    ...(generated === undefined ? [] : [`path:${LOCALE_GEN}`, `path:${LOCALES}`]),
  ],
  observe: observeLocale,
  diff: diffLocale,
  apply: applyLocale,
  risk: riskOfLocale,
  risks: LOCALE_RISKS,
  foresee: applyLocale,
  temporaries: ({ conf, debianConf, generated }) => [
    { path: conf.path },
    { path: debianConf.path, followLink: true },
    ...(generated === undefined ? [] : [{ path: LOCALE_GEN }]),
  ],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfLocale, context, sink),
  fingerprint: fingerprintLocale,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: () => false,
  describe: describeLocale,
  needs: () => ["package:locales"],
  owns: ({ conf, debianConf, generated }) => [
    { thing: `path:${conf.path}`, isWhole: true },
    { thing: `path:${debianConf.path}`, isWhole: true },
    ...(generated === undefined ? [] : [{ thing: `path:${LOCALE_GEN}`, isWhole: false } as const]),
  ],
};
