import type { Assessment, JudgedAction } from "@holdfast/core";
import type { UserObserved } from "./observe.ts";
import type { UserSpec } from "./spec.ts";

/** The rows of users. */
export const USER_RISKS = {
  home: {
    risk: "destructive",
    impact: "data",
    why: "removes a user with the home directory (removeHome)",
  },
  removed: {
    risk: "disruptive",
    impact: "restart",
    why: "removes a user; the files stay",
    isWhole: true,
  },
  login: {
    risk: "disruptive",
    impact: "restart",
    why: "changes the number, the password, the home, or takes groups away",
    isWhole: true,
  },
  entry: {
    risk: "benign",
    impact: "none",
    why: "changes other fields, whose values the plan shows",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

const LOGIN: ReadonlySet<string> = new Set(["uid", "group", "password", "locked", "home", "shell"]);

/** What is done to a user. */
export function riskOfUser({
  spec,
  observed,
  changes,
}: JudgedAction<UserSpec, UserObserved>): Assessment | undefined {
  if (spec.isAbsent) return spec.removeHome ? USER_RISKS.home : USER_RISKS.removed;
  if (observed === undefined) return undefined;
  const isOfLogin = changes.some(
    ({ path }) => LOGIN.has(path) || (path === "groups" && spec.hasExactGroups),
  );
  return isOfLogin ? USER_RISKS.login : USER_RISKS.entry;
}
