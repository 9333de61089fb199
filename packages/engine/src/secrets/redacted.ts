import {
  type CommandResult,
  type CommandWriter,
  type Redaction,
  type EngineEvent,
  Fault,
  type Json,
  type JsonObject,
  type Log,
  type PlannedAction,
} from "@holdfast/core";
import type { EngineDeps } from "../runtime.ts";
import type { Verdict } from "../records/verdict.ts";

/**
 * What leaves an engine, without what is secret. Fields that hold secrets were taken out of changes when they were
 * compared; here secrets are taken out of what others say: faults, output of commands, progress, log lines.
 */

/** The same dependencies, whose commands and log let no secret out. */
export function withoutSecrets(deps: EngineDeps, redaction: Redaction): EngineDeps {
  const commands = redactedCommands(deps.host.commands, redaction);
  return { ...deps, host: { ...deps.host, commands }, log: redactedLog(deps.log, redaction) };
}

/** Output is redacted where it comes in: what is cut short or reformatted later would no longer be known. */
function redactedCommands(commands: CommandWriter, redaction: Redaction): CommandWriter {
  const clean = (result: CommandResult): CommandResult => {
    if (redaction.isEmpty) return result;
    const { stdout, stderr, isTruncated } = result;
    const cleanText = (text: string): string =>
      isTruncated ? redaction.endOfText(text) : redaction.text(text);
    return { ...result, stdout: cleanText(stdout), stderr: cleanText(stderr) };
  };
  return {
    query: async (query, signal) => clean(await commands.query(query, signal)),
    run: async (request, signal) => clean(await commands.run(request, signal)),
    check: (query, signal) => commands.check(query, signal),
  };
}

function redactedLog(log: Log, redaction: Redaction): Log {
  const line =
    (level: keyof Log): Log["info"] =>
    (message, fields) => {
      if (fields === undefined) log[level](redaction.text(message));
      else log[level](redaction.text(message), redactedObject(fields, redaction));
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

/** A verdict that may be published and kept. */
export function redactedVerdict(verdict: Verdict, redaction: Redaction): Verdict {
  if (redaction.isEmpty) return verdict;
  const fault = "fault" in verdict ? { fault: redactedFault(verdict.fault, redaction) } : {};
  const changes = "changes" in verdict ? { changes: redaction.changes(verdict.changes) } : {};
  const details =
    "details" in verdict ? { details: redactedObject(verdict.details, redaction) } : {};
  return { ...verdict, ...fault, ...changes, ...details };
}

/** An action of a plan that may be shown. */
export function redactedAction(action: PlannedAction, redaction: Redaction): PlannedAction {
  if (redaction.isEmpty) return action;
  const { changes, fault, reason } = action;
  return {
    ...action,
    changes: redaction.changes(changes),
    ...(reason === undefined ? {} : { reason: redaction.text(reason) }),
    ...(fault === undefined ? {} : { fault: redaction.fault(fault) }),
  };
}

/** An event that may be published. Results are of redacted verdicts already. */
export function redactedEvent(event: EngineEvent, redaction: Redaction): EngineEvent {
  if (redaction.isEmpty) return event;
  switch (event.type) {
    case "progress":
      return { ...event, message: redaction.text(event.message) };
    case "drift": {
      const { trigger, changes } = event;
      return { ...event, trigger: redaction.text(trigger), changes: redaction.changes(changes) };
    }
    case "degraded":
      return { ...event, fault: redaction.fault(event.fault) };
    default:
      return event;
  }
}

function redactedFault(fault: Fault, redaction: Redaction): Fault {
  const { diagnostics } = fault;
  // Not its cause either: it may say the same.
  return new Fault({ ...redaction.fault(fault.toJSON()), diagnostics });
}

function redactedObject(value: JsonObject, redaction: Redaction): JsonObject {
  return redaction.json(value satisfies Json) as JsonObject;
}
