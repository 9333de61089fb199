import type { Assessment } from "@holdfast/core";

/** The row of reboots. */
export const REBOOT_RISKS = {
  boot: { risk: "disruptive", impact: "reboot", why: "boots the machine again", isWhole: true },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Everything that runs is interrupted. */
export function riskOfReboot(): Assessment {
  return REBOOT_RISKS.boot;
}
