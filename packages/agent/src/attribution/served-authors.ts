import type { EngineEvent } from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { Accepted } from "../engine/prepare-engine.ts";
import { DriftAuthors } from "./drift-authors.ts";
import { ownershipWords } from "./ownership-words.ts";
import { pathsOfResource } from "./paths-of-resource.ts";

/** What of an agent that serves its authors are found with. */
export interface AttributingAgent {
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  engine(): Engine;
  /** What it keeps; another one after a reload. */
  accepted(): Accepted;
  readonly tell: (event: EngineEvent) => void;
}

/** Finds who changed what an agent that serves keeps. */
export function servedAuthors(agent: AttributingAgent): DriftAuthors {
  const { catalog, log } = agent.options;
  const { attributor, clock } = agent.parts;
  const graph = () => agent.accepted().desired.graph;
  return new DriftAuthors({
    attributor,
    clock,
    log,
    pathsOf: (id) => pathsOfResource(graph(), catalog, id),
    ownershipOf: (id) => ownershipWords(graph(), catalog, id),
    redaction: () => agent.engine().redaction,
    publish: agent.tell,
  });
}
