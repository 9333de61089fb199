import {
  type Commands,
  type Concealment,
  type EngineEvent,
  Fault,
  type Json,
  type JsonObject,
  type Log,
  type PlannedAction,
} from "@holdfast/core";
import type { EngineDeps } from "./runtime.ts";
import type { Verdict } from "./reconcile/verdict.ts";

/**
 * What leaves an engine, without what is secret. Fields that hold secrets were taken out of changes when they were
 * compared; here secrets are taken out of what others say: faults, output of commands, progress, log lines.
 */

/** The same dependencies, whose commands and log let no secret out. */
export function withoutSecrets(deps: EngineDeps, concealment: Concealment): EngineDeps {
  const commands = concealedCommands(deps.host.commands, concealment);
  return { ...deps, host: { ...deps.host, commands }, log: concealedLog(deps.log, concealment) };
}

/** Output is concealed where it comes in: what is cut short or reformatted later would no longer be known. */
function concealedCommands(commands: Commands, concealment: Concealment): Commands {
  return {
    async run(request, signal) {
      const result = await commands.run(request, signal);
      if (concealment.isEmpty) return result;
      const { stdout, stderr, isTruncated } = result;
      const clean = (text: string): string =>
        isTruncated ? concealment.cutText(text) : concealment.text(text);
      return { ...result, stdout: clean(stdout), stderr: clean(stderr) };
    },
  };
}

function concealedLog(log: Log, concealment: Concealment): Log {
  const line =
    (level: keyof Log): Log["info"] =>
    (message, fields) => {
      if (fields === undefined) log[level](concealment.text(message));
      else log[level](concealment.text(message), concealedObject(fields, concealment));
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

/** A verdict that may be told and kept. */
export function concealedVerdict(verdict: Verdict, concealment: Concealment): Verdict {
  if (concealment.isEmpty) return verdict;
  const fault = "fault" in verdict ? { fault: concealedFault(verdict.fault, concealment) } : {};
  const changes = "changes" in verdict ? { changes: concealment.changes(verdict.changes) } : {};
  const details =
    "details" in verdict ? { details: concealedObject(verdict.details, concealment) } : {};
  return { ...verdict, ...fault, ...changes, ...details };
}

/** An action of a plan that may be shown. */
export function concealedAction(action: PlannedAction, concealment: Concealment): PlannedAction {
  if (concealment.isEmpty) return action;
  const { changes, fault } = action;
  return {
    ...action,
    changes: concealment.changes(changes),
    ...(fault === undefined ? {} : { fault: concealment.fault(fault) }),
  };
}

/** An event that may be told. Results are of concealed verdicts already. */
export function concealedEvent(event: EngineEvent, concealment: Concealment): EngineEvent {
  if (concealment.isEmpty) return event;
  switch (event.type) {
    case "progress":
      return { ...event, message: concealment.text(event.message) };
    case "drift": {
      const { heard, changes } = event;
      return { ...event, heard: concealment.text(heard), changes: concealment.changes(changes) };
    }
    case "degraded":
      return { ...event, fault: concealment.fault(event.fault) };
    default:
      return event;
  }
}

function concealedFault(fault: Fault, concealment: Concealment): Fault {
  const { diagnostics } = fault;
  // Not its cause either: it may say the same.
  return new Fault({ ...concealment.fault(fault.toJSON()), diagnostics });
}

function concealedObject(value: JsonObject, concealment: Concealment): JsonObject {
  return concealment.json(value satisfies Json) as JsonObject;
}
