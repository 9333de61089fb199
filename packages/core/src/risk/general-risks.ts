import type { Assessment } from "../gate/risk.ts";

/** The rules that hold for every kind, by provenance and data, in the order in which they are tried. */
export const GENERAL_RISKS = {
  new: { risk: "benign", impact: "none", why: "makes what is not there yet" },
  asLeft: {
    risk: "benign",
    impact: "none",
    why: "changes or removes what Holdfast made and nobody changed since",
  },
  reversible: {
    risk: "benign",
    impact: "none",
    why: "changes or removes what others made, and can give it back",
  },
  lossy: {
    risk: "destructive",
    impact: "data",
    why: "changes or removes what others made, and cannot give it back",
  },
  unclassified: { risk: "destructive", impact: "data", why: "is covered by no rule" },
} as const satisfies Readonly<Record<string, Assessment>>;
