import {
  agentOrderWords,
  approvalWords,
  type EngineEvent,
  type JsonObject,
  operationWords,
  unreachable,
} from "@holdfast/core";
import type { EventInput } from "@holdfast/daemonkit/eventlog";

/** What is said of an event besides its data. */
type Words = Pick<EventInput, "level" | "reason" | "message">;

/** An event as clients got it. */
export interface Publication {
  readonly data: JsonObject;
  /** Under which they got it; `undefined` when there were no clients. */
  readonly eventId: string | undefined;
}

/** An event of the agent as the event log keeps it; the event for its clients becomes its data. */
export function entryOf(
  event: EngineEvent,
  { data, eventId }: Publication,
  atMs: number,
): EventInput {
  return withEventId({ ...wordsOf(event), atMs, data }, eventId);
}

/** The entry with the id under which clients got it. */
export function withEventId(entry: EventInput, eventId: string | undefined): EventInput {
  return eventId === undefined ? entry : { ...entry, data: { ...entry.data, eventId } };
}

function wordsOf(event: EngineEvent): Words {
  switch (event.type) {
    case "started":
      return info("AgentStarted", `began with ${resources(event)}`);
    case "watching":
      return info("AgentWatching", `${event.watched} watched, ${event.polled} polled`);
    case "reloaded":
      return info("ManifestReloaded", `goes on with ${resources(event)}`);
    case "stopped":
      return info("AgentStopped", event.reason);
    case "reconciling":
      return { level: "debug", reason: "Reconciling", message: `${event.id} is being changed` };
    case "progress":
      return { level: "debug", reason: "Progress", message: `${event.id}: ${event.message}` };
    case "drift":
      return info("Drift", `${event.id} drifted: ${fieldsOf(event.changes)}`);
    case "attributed":
      return info("Attributed", `${event.id} was changed: ${event.author.words}`);
    case "ordered":
      return info("Ordered", agentOrderWords(event.order));
    case "result":
      return wordsOfResult(event.result);
    case "operated": {
      const { fault } = event.report;
      const words = operationWords(event.report);
      if (fault === undefined) return info("Operated", words);
      return { level: "error", reason: fault.reason, message: `${words}: ${fault.message}` };
    }
    case "approval": {
      const words = approvalWords(event);
      if (event.fault === undefined) return info("Approval", words);
      return { level: "warn", reason: event.fault.reason, message: words };
    }
    case "degraded": {
      const { reason, message } = event.fault;
      return { level: "warn", reason, message: `${event.subject}: ${message}` };
    }
    case "recovered":
      return info("Recovered", `${event.subject} is well again`);
    default:
      return unreachable(event);
  }
}

type Result = Extract<EngineEvent, { readonly type: "result" }>["result"];

function wordsOfResult({ id, status, changes, fault, blockedBy, reason }: Result): Words {
  switch (status) {
    case "ok":
      return info("InSync", `${id} is as declared`);
    case "changed":
      return info("Changed", `${id} was changed: ${fieldsOf(changes)}`);
    case "noop":
      return info("Differs", `${id} differs and is left alone: ${fieldsOf(changes)}`);
    case "skipped": {
      const by = blockedBy === undefined ? "" : ` by ${blockedBy}`;
      return info("HeldBack", `${id} is held back${by}: ${reason ?? "nothing more is started"}`);
    }
    case "failed":
    case "denied":
    case "unknown": {
      const message = `${id}: ${fault?.message ?? status}`;
      return { level: "error", reason: fault?.reason ?? "Failed", message };
    }
    default:
      return unreachable(status);
  }
}

function info(reason: string, message: string): Words {
  return { level: "info", reason, message };
}

function resources({ resources: count, generation }: { resources: number; generation: number }) {
  return `${count} ${count === 1 ? "resource" : "resources"}, generation ${generation}`;
}

function fieldsOf(changes: Result["changes"]): string {
  return changes.map(({ path }) => path).join(", ") || "nothing but what it was notified of";
}
