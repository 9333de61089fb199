import { renderedFileKind } from "../rendered-file/rendered-kind.ts";
import { type LimitsInput, limitsSchema } from "./fields.ts";
import { parseLimits } from "./limits-text.ts";
import { bindLimits, type LimitsSpec, neededByLimits } from "./spec.ts";

/** Limits of what somebody's sessions may use, from the next login on. Its name is free. */
export const limitsKind = renderedFileKind<LimitsSpec, LimitsInput>({
  kind: "limits",
  summary: "Limits of what the sessions of a user or group may use, from the next login on.",
  schema: limitsSchema,
  bind: bindLimits,
  parse: parseLimits,
  accounts: neededByLimits,
});
