import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";
import { optionsSchema } from "../fstab/option-words.ts";

/** What an author writes under `spec` of a mount; its name is the mount point. */
export const mountSchema = z.strictObject({
  source: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(4096),
        z.describe(
          "What is mounted: a device, UUID=…, LABEL=…, server:/path, or the directory of a bind mount.",
        ),
      ),
  ),
  type: z.optional(
    z
      .string()
      .check(
        z.regex(/^[A-Za-z0-9][\w.,+-]{0,63}$/, "write a type such as ext4 or nfs"),
        z.describe("The type of file system, e.g. ext4, nfs, tmpfs. Left out: found out."),
      ),
  ),
  options: optionsSchema,
  dump: z.optional(
    z.int().check(z.minimum(0), z.maximum(999), z.describe("The field of dump(8).")),
  ),
  pass: z.optional(
    z
      .int()
      .check(z.minimum(0), z.maximum(999), z.describe("When fsck checks it at boot; 0: never.")),
  ),
  mounted: z.optional(
    z
      .union([z.boolean(), z.literal("unmanaged")])
      .check(
        z.describe(
          "Whether it is mounted now. Default: true, and unmanaged with noauto or x-systemd.automount.",
        ),
      ),
  ),
  persisted: z.optional(
    z.boolean().check(z.describe("Whether fstab has a line for the mount point. Default: true.")),
  ),
  force: z.optional(
    z
      .boolean()
      .check(z.describe("Detach what is in use, where it must be unmounted. Default: false.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a mount. */
export type MountInput = z.infer<typeof mountSchema>;
