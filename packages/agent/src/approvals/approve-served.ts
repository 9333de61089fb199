import type { EventSink, KeptApproval, ResourceId } from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { Accepted } from "../engine/prepare-engine.ts";
import type { GivenApproval } from "./given-approval.ts";

/** An agent that serves, as far as approving goes. */
export interface ApprovingAgent {
  readonly parts: AgentParts;
  readonly engine: () => Engine;
  readonly accepted: () => Accepted;
  readonly tell: EventSink;
}

/** Keeps an approval; what waits for it is judged again at once, also when it is refused: to say why. */
export async function approveServed(
  { parts, engine, accepted, tell }: ApprovingAgent,
  given: GivenApproval,
  signal: AbortSignal,
): Promise<KeptApproval> {
  const { takeApproval } = await import("./take-approval.ts");
  const { digest: planned, desired } = accepted();
  const { graph } = desired;
  const tagsOf = (id: ResourceId): readonly string[] => {
    const vertex = graph.vertexOf(id);
    return (vertex === undefined ? undefined : graph.resources[vertex])?.meta.tags ?? [];
  };
  const declared = { planned, tagsOf };
  try {
    return await takeApproval(given, { ...parts, events: tell, declared }, signal);
  } finally {
    engine().reviewPolicy();
  }
}
