/** Two invented kinds, for this package's tests only. */
import * as z from "zod/mini";
import { createCatalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";

const mode = z.string().check(z.regex(/^0?[0-7]{3,4}$/, 'write octal digits, e.g. "0644"'));

const documentSchema = z.strictObject({
  content: z.optional(z.string()),
  mode: z.optional(mode),
  owner: z.optional(z.union([z.string(), z.int()])),
  state: z.optional(z.enum(["present", "absent"])),
  backup: z.optional(z.boolean()),
  size: z.optional(z.int().check(z.minimum(1))),
  recurse: z.optional(z.strictObject({ mode: z.optional(mode) })),
  labels: z.optional(z.record(z.string(), z.string())),
  from: z.optional(
    z.union([
      z.strictObject({ path: z.string() }),
      z.strictObject({ url: z.string(), sha256: z.string() }),
    ]),
  ),
});

const taskSchema = z.strictObject({ command: z.union([z.array(z.string()), z.string()]) });

/** `document` takes many fields, all optional; a name of `/` is a mistake in `recurse.mode`. */
export const documentKind = sampleKind("document", documentSchema);

/** `task` requires `command`. */
export const taskKind = sampleKind("task", taskSchema);

/** Both. */
export const sampleCatalog = createCatalog([documentKind, taskKind]);

function sampleKind(kind: string, schema: z.core.$ZodType): AnyKind {
  return {
    kind,
    summary: `A ${kind}.`,
    support: { platforms: ["linux", "darwin"], built: ["linux"], verified: ["Debian 12"] },
    schema,
    ports: [],
    resyncMs: 1000,
    secretFields: ["content", "labels"],
    bind: (name, input, report) => {
      if (name === "/") report("recurse.mode", "Not a document", "/ is no document.");
      return { name, input };
    },
    observe: () => Promise.resolve({ type: "absent" }),
    diff: () => [],
    apply: () => Promise.resolve(),
    fingerprint: () => "",
  };
}
