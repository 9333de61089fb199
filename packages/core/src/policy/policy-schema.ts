import * as z from "zod/mini";
import { API_VERSION } from "../manifest/manifest.ts";

/** Most rules, and most words in one list: each is compared with each action. */
const MOST_RULES = 200;
const MOST_WORDS = 200;
const MOST_GLOBS = 16;
const MOST_WINDOWS = 20;
/** The longest window, and the longest a veto may count: longer ones say something else than they mean. */
const MOST_MINUTES = 7 * 24 * 60;

/**
 * The strict schema of a policy; also the source of its JSON Schema. It is made when it is needed: most commands need none, and
 * making it takes as long as a small plan.
 */
export function policySchema() {
  return z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal("Policy"),
    rules: z.optional(
      z
        .array(ruleSchema())
        .check(z.maxLength(MOST_RULES), z.describe("The first that matches an action decides.")),
    ),
    windows: z.optional(
      z
        .array(windowSchema())
        .check(
          z.maxLength(MOST_WINDOWS),
          z.describe("An action that a window is for is done in such a window only."),
        ),
    ),
    vetoes: z.optional(vetoesSchema()),
    prune: z.optional(
      z
        .boolean()
        .check(z.describe("false: nothing that left the manifest is deleted, whatever it says.")),
    ),
    budget: z.optional(
      z
        .strictObject({
          destructive: z.optional(z.int().check(z.minimum(0))),
          disruptive: z.optional(z.int().check(z.minimum(0))),
        })
        .check(z.describe("More actions of that risk in one pass stop all of them.")),
    ),
    $schema: z.optional(z.string().check(z.describe("Where an editor finds this schema."))),
  });
}

/** What an author writes. */
export type PolicyInput = z.infer<ReturnType<typeof policySchema>>;

/** One rule as it is written. */
export type RuleInput = z.infer<ReturnType<typeof ruleSchema>>;

/** What a rule is about as it is written. */
export type MatchInput = z.infer<ReturnType<typeof matchSchema>>;

/** One window as it is written. */
export type WindowInput = z.infer<ReturnType<typeof windowSchema>>;

function ruleSchema() {
  const counts = z.int().check(z.minimum(1), z.maximum(2));
  const fields = {
    match: z.optional(
      matchSchema().check(
        z.describe("Which actions it is about: all that is said holds. Default: all."),
      ),
    ),
    allow: z.optional(z.literal(true).check(z.describe("They go alone."))),
    approvals: z.optional(counts.check(z.describe("They wait until so many people approve them."))),
    deny: z.optional(
      z.string().check(z.minLength(1), z.describe("They are never done, and this is why.")),
    ),
  };
  return z.strictObject(fields).check(
    // `readPolicy` says it in words; this says it to editors.
    z.meta({ oneOf: ["allow", "approvals", "deny"].map((field) => ({ required: [field] })) }),
  );
}

function matchSchema() {
  return z.strictObject({
    kinds: z.optional(words().check(z.describe("Kinds; any of them."))),
    ids: z.optional(
      z
        .array(z.string().check(z.minLength(1)))
        .check(
          z.minLength(1),
          z.maxLength(MOST_GLOBS),
          z.describe('Ids or globs of them, such as "file:/etc/**"; any of them.'),
        ),
    ),
    tags: z.optional(words().check(z.describe("Tags in `meta`; any of them."))),
    verbs: z.optional(
      z
        .array(z.enum(["create", "update", "delete", "refresh", "run"]))
        .check(
          z.minLength(1),
          z.describe("What is done; `run` is an operation that is asked for."),
        ),
    ),
    risk: z.optional(
      z
        .array(z.enum(["benign", "disruptive", "destructive"]))
        .check(z.minLength(1), z.describe("What it may cost; any of them.")),
    ),
  });
}

function windowSchema() {
  return z.strictObject({
    for: z.optional(
      z
        .enum(["apply", "fetch"])
        .check(z.describe("Changes of the machine (default), or taking another desired state.")),
    ),
    opens: z.string().check(z.describe('When it opens, in five fields of cron: "0 2 * * 0".')),
    timeZone: z.string().check(z.describe('Whose clock that is: "Europe/Berlin", "UTC".')),
    durationMinutes: minutes().check(z.describe("How long it stays open.")),
    match: z.optional(matchSchema().check(z.describe("Which actions it is for. Default: all."))),
  });
}

function vetoesSchema() {
  return z
    .strictObject({
      directory: z.optional(
        z
          .string()
          .check(
            z.regex(/^\/./, { error: "write an absolute path" }),
            z.describe("Where they lie. Default: /run/holdfast/vetoes."),
          ),
      ),
      maxAgeMinutes: z.optional(
        minutes().check(z.describe("An older one counts no more. Default: 240.")),
      ),
      match: z.optional(matchSchema().check(z.describe("What they hold back. Default: all."))),
    })
    .check(z.describe("Files by which workloads say that they must not be disturbed."));
}

function words() {
  return z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(MOST_WORDS));
}

function minutes() {
  return z.int().check(z.minimum(1), z.maximum(MOST_MINUTES));
}
