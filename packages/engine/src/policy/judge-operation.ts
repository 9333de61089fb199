import {
  type Change,
  change,
  judgePolicy,
  type KindOperation,
  type PolicyDecision,
} from "@holdfast/core";
import type { Subject } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { askedOnce } from "./judge-action.ts";

/** An operation by its name. */
export interface NamedOperation {
  readonly name: string;
  readonly operation: Pick<KindOperation<unknown>, "risk" | "impact">;
}

/** What policy says of an operation. It is no part of a pass, so that no budget counts it. */
export function policyOfOperation(
  runtime: Runtime,
  subject: Subject,
  { name, operation: { risk, impact } }: NamedOperation,
): PolicyDecision {
  const { policy: gate, clock } = runtime;
  const { resource } = subject.declared;
  const changes = changesOfOperation(name);
  const approvals = askedOnce(runtime, subject, { verb: "run", changes });
  const assessment = { risk, impact, why: `the operation ${name}` };
  return judgePolicy(
    { resource, verb: "run", assessment, changes, isRemoval: false },
    {
      policy: gate.policy(),
      wallMs: clock.wallMs(),
      cron: gate.cron,
      vetoes: gate.vetoes(),
      approvals: () => approvals().count,
      refusal: () => approvals().refusal,
      budget: () => ({ type: "within" }),
    },
  );
}

/** What an operation changes, as approvals name it. */
export function changesOfOperation(name: string): readonly Change[] {
  return [change("operation", undefined, name)];
}
