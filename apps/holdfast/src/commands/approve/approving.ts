import type { KeptAction, Plan, PlannedAction } from "@holdfast/core";
import type { Output } from "../../output/output.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";

/** What approves, and where its words go. */
export interface Approving {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly output: Output;
}

/** What is approved. */
export type Given =
  | { readonly type: "plan"; readonly plan: Plan; readonly actions: readonly PlannedAction[] }
  | { readonly type: "envelope"; readonly text: string };

/** An action as approvals name it; nothing, of one that is not done. */
export function keptAction({ id, verb, digest }: PlannedAction): readonly KeptAction[] {
  return digest === undefined ? [] : [{ id, verb, digest }];
}
