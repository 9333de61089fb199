import type { Assessment, JudgedAction } from "@holdfast/core";
import type { ServiceObserved } from "./observe.ts";
import type { OnRefresh, ServiceSpec } from "./spec.ts";

/** The rows of services. Its settings are all there is of one, so they answer for everything. */
export const SERVICE_RISKS = {
  stop: { risk: "disruptive", impact: "restart", why: "stops what runs", isWhole: true },
  restart: {
    risk: "disruptive",
    impact: "restart",
    why: "restarts what runs, because it was notified",
    isWhole: true,
  },
  reload: {
    risk: "benign",
    impact: "reload",
    why: "has it read its configuration again, because it was notified",
    isWhole: true,
  },
  start: { risk: "benign", impact: "none", why: "starts what does not run", isWhole: true },
  settings: {
    risk: "benign",
    impact: "none",
    why: "changes whether it is enabled or masked",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

const REFRESHES: Readonly<Record<OnRefresh, Assessment>> = {
  reload: SERVICE_RISKS.reload,
  restart: SERVICE_RISKS.restart,
  "reload-or-restart": SERVICE_RISKS.restart,
};

/** What is done to a unit. */
export function riskOfService({
  verb,
  spec,
  changes,
}: JudgedAction<ServiceSpec, ServiceObserved>): Assessment {
  if (verb === "refresh") return REFRESHES[spec.onRefresh];
  const state = changes.find(({ path }) => path === "state");
  if (state === undefined) return SERVICE_RISKS.settings;
  return state.to === "stopped" ? SERVICE_RISKS.stop : SERVICE_RISKS.start;
}
