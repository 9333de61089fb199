import type { Assessment, JudgedAction } from "@holdfast/core";
import { isRefused, REFUSED } from "../refused-risk.ts";
import type { CaCertificateObserved } from "./observe.ts";
import type { CaCertificateSpec } from "./spec.ts";

/** The rows of certificates; another one in its place is judged by the general rules. */
export const CA_CERTIFICATE_RISKS = {
  refused: REFUSED,
  removed: {
    risk: "disruptive",
    impact: "restart",
    why: "a certificate is trusted no more",
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What was trusted, and is not any more. */
export function riskOfCaCertificate({
  verb,
  changes,
}: JudgedAction<CaCertificateSpec, CaCertificateObserved>): Assessment | undefined {
  if (isRefused(changes)) return CA_CERTIFICATE_RISKS.refused;
  return verb === "delete" ? CA_CERTIFICATE_RISKS.removed : undefined;
}
