import type { BindReport, CheckoutPlace, GitSource, GitTarget, Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import { stateSchema } from "../declared-state.ts";
import { checkRepository } from "./repository.ts";

const DEFAULT_INTERVAL_SECONDS = 300;
const MIN_INTERVAL_SECONDS = 5;
const MAX_INTERVAL_SECONDS = 86_400;
const COMMIT_DIGITS = 40;

/** As `git check-ref-format` has it, without what could be taken for an option or a pattern. */
const REF_NAME =
  /^(?![-/.])(?!.*(?:\.\.|\/[/.]|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]{1,200}(?<![/.])$/u;

const refName = z.string().check(z.regex(REF_NAME, "a name that git takes for a ref"));

const gitCheckoutFields = z.strictObject({
  repository: z.optional(
    z
      .string()
      .check(
        z.describe(
          "Where it comes from: a URL (https, ssh, git, http, file), user@host:path, or an absolute path.",
        ),
      ),
  ),
  branch: z.optional(refName.check(z.describe("The branch to follow."))),
  tag: z.optional(
    refName.check(z.describe("The tag to check out. A tag that is moved is not followed.")),
  ),
  revision: z.optional(
    z
      .string()
      .check(
        z.regex(/^[0-9a-f]{7,40}$/, "7 to 40 digits of a commit"),
        z.describe("The commit to check out: its 40 hexadecimal digits, or at least 7 of them."),
      ),
  ),
  interval: z.optional(
    z
      .int()
      .check(
        z.minimum(MIN_INTERVAL_SECONDS),
        z.maximum(MAX_INTERVAL_SECONDS),
        z.describe("How often the remote is asked where the branch is, in seconds. Default: 300."),
      ),
  ),
  depth: z.optional(
    z.int().check(z.minimum(1), z.describe("Fetch only so many commits. Default: all.")),
  ),
  submodules: z.optional(
    z.boolean().check(z.describe("Check submodules out too, those within them as well.")),
  ),
  owner: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.describe(
          "User whom the tree belongs to; git runs as this user. Default: the agent's own.",
        ),
      ),
  ),
  username: z.optional(
    z.string().check(z.minLength(1), z.describe("User name for https. Default: git.")),
  ),
  token: z.optional(
    z.string().check(z.minLength(1), z.describe("Password or token for https; a secret.")),
  ),
  sshKey: z.optional(
    z
      .string()
      .check(z.minLength(1), z.describe("Private key for ssh, as OpenSSH writes it; a secret.")),
  ),
  hostKey: z.optional(
    z
      .string()
      .check(
        z.regex(/^(?:(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+(?: [^\n]*)?\n?)+$/),
        z.describe("Public keys of the ssh server, one a line; no other is taken."),
      ),
  ),
  force: z.optional(
    z
      .boolean()
      .check(z.describe("With state: absent, remove also what is nowhere else. Default: false.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a checkout; its name is the path. */
export const gitCheckoutSchema = gitCheckoutFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    anyOf: [
      ...["branch", "tag", "revision"].map((field) => ({ required: ["repository", field] })),
      { properties: { state: { const: "absent" } }, required: ["state"] },
    ],
  }),
);

/** What an author writes under `spec` of a checkout. */
export type GitCheckoutInput = z.infer<typeof gitCheckoutSchema>;

/** A checkout as it should be. */
export interface GitCheckoutSpec {
  readonly place: CheckoutPlace;
  readonly source: GitSource;
  readonly target: GitTarget;
  readonly intervalMs: number;
  readonly depth?: number;
  readonly submodules: boolean;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** Joins path and input; reports what contradicts itself. */
export function bindGitCheckout(
  name: string,
  input: GitCheckoutInput,
  report: BindReport,
): GitCheckoutSpec {
  checkAbsolutePath(name, "", report);
  if (name === "/") report("", "the root is no checkout", "name a directory below /");
  const isAbsent = input.state === "absent";
  if (!isAbsent) checkPresent(input, report);
  const { owner, depth, submodules, interval = DEFAULT_INTERVAL_SECONDS } = input;
  return {
    place: { path: name, ...(owner === undefined ? {} : { user: owner }) },
    source: sourceOf(input),
    target: targetOf(input),
    intervalMs: interval * 1000,
    ...(depth === undefined ? {} : { depth }),
    submodules: submodules === true,
    force: input.force === true,
    isAbsent,
  };
}

/** No checkout there. Work that exists nowhere else stays, unless the spec said otherwise. */
export function absentGitCheckout(spec: GitCheckoutSpec): GitCheckoutSpec {
  return { ...spec, isAbsent: true };
}

/** A checkout comes after its owner, git itself, and a repository that is a path. */
export function neededByGitCheckout({ place, source }: GitCheckoutSpec): readonly Thing[] {
  const { repository } = source;
  return [
    ...(place.user === undefined ? [] : [`user:${place.user}` as const]),
    "package:git",
    ...(repository.startsWith("/") ? [`path:${repository}` as const] : []),
  ];
}

function sourceOf(input: GitCheckoutInput): GitSource {
  const { repository = "", username, token, sshKey, hostKey } = input;
  return {
    repository,
    ...(username === undefined ? {} : { username }),
    ...(token === undefined ? {} : { token }),
    ...(sshKey === undefined ? {} : { sshKey }),
    ...(hostKey === undefined ? {} : { hostKey }),
  };
}

function targetOf({ branch, tag, revision = "" }: GitCheckoutInput): GitTarget {
  if (branch !== undefined) return { type: "branch", name: branch };
  if (tag !== undefined) return { type: "tag", name: tag };
  return { type: "revision", name: revision };
}

function checkPresent(input: GitCheckoutInput, report: BindReport): void {
  const { repository, revision, depth, branch, interval } = input;
  if (repository === undefined) {
    report("repository", "nothing to check out", "write where the repository is, or state: absent");
  } else checkRepository(repository, input, report);
  const named = [branch, input.tag, revision].filter((each) => each !== undefined).length;
  if (named !== 1) {
    const detail = "write exactly one of branch, tag and revision";
    report(
      "",
      named === 0 ? "nothing says what to check out" : "several things to check out",
      detail,
    );
  }
  if (depth !== undefined && revision !== undefined && revision.length < COMMIT_DIGITS) {
    const detail =
      "a shallow checkout fetches that one commit, and its short name says nothing to the remote: write all 40 digits";
    report("revision", "half a commit's name", detail);
  }
  if (interval !== undefined && branch === undefined) {
    report(
      "interval",
      "nothing to follow",
      "a tag and a commit stay where they are: leave interval out",
    );
  }
}
