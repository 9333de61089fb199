import type { EngineEvent } from "../event.ts";

/** One line about an approval that came, was refused or was used. */
export function approvalWords({
  what,
  id,
  verb,
  by,
  fault,
}: EngineEvent & { readonly type: "approval" }): string {
  const who = by.length === 0 ? "" : ` by ${by.join(" and ")}`;
  if (what === "used") return `${verb} of ${id} is done as approved${who}`;
  if (what === "given") return `${verb} of ${id} is approved${who}`;
  return `the approval${who} to ${verb} ${id} is refused: ${fault?.message ?? "no reason"}`;
}
