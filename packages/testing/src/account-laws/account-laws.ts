import { describe } from "node:test";
import { homeLaws } from "./home-laws.ts";
import { lockLaws } from "./lock-laws.ts";
import { membershipLaws } from "./membership-laws.ts";
import { passwordLaws } from "./password-laws.ts";
import type { OpenSubject } from "./subject.ts";
import { userLaws } from "./user-laws.ts";
import { watchLaws } from "./watch-laws.ts";

/** What is known of the machine before a law opens one. */
export interface AccountLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** Its time costs nothing, so that laws may let much of it pass. */
  readonly isSimulated: boolean;
  /** The tools see the processes of users; they do not inside of a root of their own. */
  readonly seesProcesses: boolean;
  /** How many samples a property takes: real tools take some 20 ms each. */
  readonly numRuns: number;
}

/**
 * The laws of accounts (semantics K6), registered with node's test runner for one kind of machine. Each law opens a
 * machine of its own, with the lines of `lawFiles` in its files.
 */
export function accountLaws(options: AccountLawsOptions, open: OpenSubject): void {
  describe(`account laws on ${options.machine}`, () => {
    userLaws(open, options.numRuns);
    membershipLaws(open, options.numRuns);
    passwordLaws(open);
    homeLaws(open);
    lockLaws(options, open);
    watchLaws(options, open);
  });
}
