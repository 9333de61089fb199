import type { ResourceKind } from "@holdfast/core";
import { ACCOUNTS_LANE } from "../account/account-fields.ts";
import { PACKAGES_LANE } from "../package/kind.ts";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyReboot } from "./apply.ts";
import { diffReboot, fingerprintReboot } from "./diff.ts";
import { observeReboot, type RebootObserved } from "./observe.ts";
import { REBOOT_RISKS, riskOfReboot } from "./risk.ts";
import { bindReboot, checkDelay, type RebootInput, type RebootSpec, rebootSchema } from "./spec.ts";
import { watchedPathsOfReboot } from "./watch.ts";

/** One boot of the machine, once for what is declared (K9). Its name is free. */
export const rebootKind: ResourceKind<RebootSpec, RebootObserved, undefined, RebootInput> = {
  kind: "reboot",
  summary: "The machine boots again, once for what is declared.",
  support: LINUX_SUPPORT,
  ports: ["files", "paths", "hash", "oneShots", "system"],
  schema: rebootSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindReboot,
  checkMeta: checkDelay,
  // Not while the agent itself has tools at work that leave half-done things behind; and one after the other.
  lanes: () => [ACCOUNTS_LANE, PACKAGES_LANE, "reboot"],
  observe: observeReboot,
  diff: diffReboot,
  apply: applyReboot,
  risk: riskOfReboot,
  risks: REBOOT_RISKS,
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfReboot, context, sink),
  fingerprint: fingerprintReboot,
  uses: ({ requiredBy }) => (requiredBy === undefined ? [] : [`path:${requiredBy}`]),
};
