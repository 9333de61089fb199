import type { EngineEvent, Fault } from "@holdfast/core";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import { EVENTS_SUBJECT, openRecords, type Records, type RecordsOptions } from "./open-records.ts";
import type { KeptEvents } from "./prune-events.ts";
import type { RunCommand } from "./run-name.ts";

/** What the records of an agent are opened for. */
export interface AgentRecordsRequest {
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  readonly command: RunCommand;
  /** The name of the run. */
  readonly run: string;
  readonly keep?: KeptEvents | undefined;
  readonly tell: (event: EngineEvent) => void;
  /** Tells clients of what is no event of the engine. Default: there are none. */
  readonly publish?: RecordsOptions["publish"];
  /** Takes why the event log cannot be written, and `undefined` when it can be again. */
  readonly onCondition?: (fault: Fault | undefined) => void;
}

/** Opens the records of an agent. It has the lock of its root, so no other agent writes them. */
export function openAgentRecords(request: AgentRecordsRequest): Records {
  const { options, parts, command, run, keep = {}, tell, publish } = request;
  const { root, facts, log } = options;
  const { clock, random } = parts;
  const hostId = facts.stableId?.value ?? facts.hostname;
  const onCondition = (fault: Fault | undefined): void => {
    request.onCondition?.(fault);
    if (fault === undefined) tell({ type: "recovered", subject: EVENTS_SUBJECT });
    else tell({ type: "degraded", subject: EVENTS_SUBJECT, fault: fault.toJSON() });
  };
  const throwIfLost = parts.guard && ((): void => parts.guard?.throwIfLost());
  const given = { root, command, run, hostId, clock, random, log, keep, onCondition, throwIfLost };
  return openRecords({ ...given, ...(publish === undefined ? {} : { publish }) });
}
