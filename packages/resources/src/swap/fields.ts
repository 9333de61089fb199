import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";
import { optionsSchema } from "../fstab/option-words.ts";
import { SIZE_TEXT } from "../size-text.ts";

/** What an author writes under `spec` of a swap; its name is the file or the device. */
export const swapSchema = z.strictObject({
  size: z.optional(
    z
      .union([
        z.int().check(z.minimum(1)),
        z.string().check(z.regex(SIZE_TEXT, "write a size such as 512M or 2G")),
      ])
      .check(
        z.describe('The file is made with this size: bytes, or a text such as "512M" or "2G".'),
      ),
  ),
  priority: z.optional(
    z
      .int()
      .check(
        z.minimum(0),
        z.maximum(32_767),
        z.describe("Areas of a higher one are used first. Left out: not managed."),
      ),
  ),
  options: optionsSchema,
  active: z.optional(
    z
      .union([z.boolean(), z.literal("unmanaged")])
      .check(z.describe("Whether it is swapped to now. Default: true.")),
  ),
  persisted: z.optional(
    z.boolean().check(z.describe("Whether fstab has a line for it. Default: true.")),
  ),
  force: z.optional(
    z
      .boolean()
      .check(
        z.describe("Make swap space of what holds something else, which is lost. Default: false."),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a swap. */
export type SwapInput = z.infer<typeof swapSchema>;
