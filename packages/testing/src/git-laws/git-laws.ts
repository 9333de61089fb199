import { describe } from "node:test";
import { driftLaws } from "./drift-laws.ts";
import type { OpenGitSubject } from "./git-subject.ts";
import { refusalLaws } from "./refusal-laws.ts";
import { remoteLaws } from "./remote-laws.ts";
import { removalLaws } from "./removal-laws.ts";
import { targetLaws } from "./target-laws.ts";

/** What is known of the machine before a law opens one. */
export interface GitLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** How many histories the property tries. */
  readonly histories: number;
}

/**
 * The laws of the git port (semantics K10 and the traps of checkouts), registered with node's test runner for one kind of
 * machine. Each opens a machine of its own.
 */
export function gitLaws({ machine, histories }: GitLawsOptions, open: OpenGitSubject): void {
  describe(`git laws on ${machine}`, () => {
    targetLaws(open);
    driftLaws(open, histories);
    remoteLaws(open);
    refusalLaws(open);
    removalLaws(open);
  });
}
