import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";

/** What an author writes under `spec` of a kernel-module; its name is the module's. */
export const kernelModuleSchema = z.strictObject({
  load: z.optional(
    z.boolean().check(z.describe("Load it at boot. Default: true, but not with blacklist.")),
  ),
  options: z.optional(
    z
      .record(z.string(), z.union([z.string(), z.int()]))
      .check(z.describe("Its parameters, whenever it is loaded.")),
  ),
  blacklist: z.optional(
    z.boolean().check(z.describe("It is not loaded, not even by name. Default: false.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a kernel-module. */
export type KernelModuleInput = z.infer<typeof kernelModuleSchema>;
