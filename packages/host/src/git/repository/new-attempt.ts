import { randomBytes } from "node:crypto";

/** A name for one write of one of our files in a repository. */
export function newAttempt(): string {
  return `git-${randomBytes(8).toString("hex")}`;
}
