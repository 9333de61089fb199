import { Fault, type ResourceId } from "@holdfast/core";

/** The condition of a resource whose change waits to be confirmed. */
export function notConfirmed({
  id,
  op,
  withinMs,
}: {
  readonly id: ResourceId;
  readonly op: string;
  readonly withinMs: number;
}): Fault {
  return new Fault({
    reason: "NotConfirmed",
    message: `${id} is changed, which may cut off control: within ${withinMs / 1_000} s it is put back unless somebody confirms it`,
    resolution: `Make sure that the machine can be reached, then: holdfast confirm ${op}`,
  });
}
