import * as z from "zod/mini";

const MAX_RETRIES = 1000;
const MAX_RETRY_DELAY_MS = 3_600_000;

const commandSchema = z.union([
  z.string().check(z.minLength(1)),
  z.array(z.string()).check(z.minLength(1, "a command has at least one word")),
]);

const execFields = z.strictObject({
  command: commandSchema.check(
    z.describe("Program and arguments as a list; a string for /bin/sh with shell: true."),
  ),
  shell: z.optional(z.boolean().check(z.describe("Run command, unless and onlyIf by /bin/sh -c."))),
  cwd: z.optional(z.string().check(z.describe("Working directory. Default: /."))),
  env: z.optional(
    z
      .record(z.string(), z.string())
      .check(z.describe("Added to HOME=/, LANG=C.UTF-8 and a PATH of the system's directories.")),
  ),
  user: z.optional(
    z.string().check(z.minLength(1), z.describe("User to run as. Default: the agent's own.")),
  ),
  unless: z.optional(
    commandSchema.check(z.describe("Guard: exit code 0 means that nothing is to be done.")),
  ),
  onlyIf: z.optional(
    commandSchema.check(z.describe("Guard: any exit code but 0 means that nothing is to be done.")),
  ),
  creates: z.optional(
    z.string().check(z.describe("Guard: nothing is to be done when this path exists.")),
  ),
  idempotencyKey: z.optional(
    z
      .string()
      .check(z.regex(/^[^\0\r\n]{1,200}$/), z.describe("The command runs once for each key.")),
  ),
  onNotify: z.optional(
    z
      .boolean()
      .check(z.describe("Instead of a guard: runs only when a resource that changed notifies it.")),
  ),
  stdin: z.optional(z.string().check(z.describe("What the command reads."))),
  successCodes: z.optional(
    z
      .array(z.int().check(z.minimum(0), z.maximum(255)))
      .check(z.minLength(1), z.describe("Exit codes that mean success. Default: [0].")),
  ),
  retries: z.optional(
    z
      .int()
      .check(z.minimum(0), z.maximum(MAX_RETRIES), z.describe("Further attempts. Default: 0.")),
  ),
  retryDelayMs: z.optional(
    z
      .int()
      .check(
        z.minimum(0),
        z.maximum(MAX_RETRY_DELAY_MS),
        z.describe("Between attempts, in milliseconds. Default: 1000."),
      ),
  ),
});

/** The fields of which one says whether the command has to run. */
export const GUARDS = ["unless", "onlyIf", "creates", "idempotencyKey"] as const;

/** What an author writes under `spec` of an exec; its name is free. */
export const execSchema = execFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    anyOf: [
      ...GUARDS.map((guard) => ({ required: [guard] })),
      { required: ["onNotify"], properties: { onNotify: { const: true } } },
    ],
  }),
);

/** What an author writes under `spec` of an exec. */
export type ExecInput = z.infer<typeof execSchema>;
