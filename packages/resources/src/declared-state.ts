import * as z from "zod/mini";

/** Whether the thing should be there; for kinds whose things can be removed. */
export const stateSchema = z.optional(
  z
    .enum(["present", "absent"])
    .check(z.describe('Whether it should be there: "present" (default) or "absent".')),
);
