import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";

const wordsSchema = z.array(z.string()).check(z.minLength(1));

/** What an author writes under `spec` of an apt-repository; its name is that of the file in sources.list.d. */
export const aptRepositorySchema = z.strictObject({
  types: z.optional(
    z
      .array(z.enum(["deb", "deb-src"]))
      .check(z.minLength(1), z.describe("What it has: deb (default), deb-src, or both.")),
  ),
  uris: z.optional(
    wordsSchema.check(z.describe("Where it is, e.g. https://deb.example.org/debian.")),
  ),
  suites: z.optional(
    wordsSchema.check(z.describe("Its suites, e.g. bookworm; or paths in it that end with /.")),
  ),
  components: z.optional(
    wordsSchema.check(z.describe("Its components, e.g. main. None with suites that are paths.")),
  ),
  architectures: z.optional(
    wordsSchema.check(z.describe("Only these, e.g. amd64. Default: those of the machine.")),
  ),
  signedBy: z.optional(
    z
      .union([
        z.strictObject({ key: z.string() }),
        z.strictObject({
          path: z.string(),
          sha256: z.optional(
            z.string().check(z.regex(/^[0-9a-fA-F]{64}$/, "write the SHA-256 as 64 hex digits")),
          ),
        }),
      ])
      .check(
        z.describe(
          "The key that signs it: key, the armored text; or path, and sha256 of that file.",
        ),
      ),
  ),
  enabled: z.optional(z.boolean().check(z.describe("apt uses it. Default: true."))),
  state: stateSchema,
});

/** What an author writes under `spec` of an apt-repository. */
export type AptRepositoryInput = z.infer<typeof aptRepositorySchema>;
