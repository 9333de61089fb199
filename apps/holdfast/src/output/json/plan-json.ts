import {
  API_VERSION,
  changesJson,
  type Diagnostic,
  faultJson,
  type JsonObject,
  type Plan,
  type PlannedAction,
  type Reader,
} from "@holdfast/core";

/** A plan as `--out json` prints it. The form is a promise to scripts. */
export function planJson(plan: Plan, reader: Reader): JsonObject {
  return {
    apiVersion: API_VERSION,
    generation: plan.generation,
    digest: plan.digest,
    actions: plan.actions.map((action) => actionJson(action, reader)),
    summary: { ...plan.summary },
    orphans: (plan.orphans ?? []).map(({ id, why }) => ({ id, why })),
    warnings: plan.warnings,
    diagnostics: plan.diagnostics.map(diagnosticJson),
  };
}

function actionJson(action: PlannedAction, reader: Reader): JsonObject {
  const { fault } = action;
  const reason = action.reason ?? (fault && `${fault.reason}: ${fault.message}`);
  return {
    id: action.id,
    verb: action.verb,
    risk: action.risk,
    ...costJson(action),
    changes: changesJson(action.changes, reader),
    ...(action.isRemoval === true ? { isRemoval: true } : {}),
    ...(action.blockedBy === undefined ? {} : { blockedBy: action.blockedBy }),
    ...(reason === undefined ? {} : { reason }),
    ...(fault === undefined ? {} : { fault: faultJson(fault) }),
  };
}

/** Of what is done: what it interrupts, why it has its risk, whether it can be undone, and what it waits for. */
function costJson({ impact, why, canBeUndone, waitsFor }: PlannedAction): JsonObject {
  return {
    ...(impact === undefined ? {} : { impact }),
    ...(why === undefined ? {} : { why }),
    ...(canBeUndone === undefined ? {} : { canBeUndone }),
    ...(waitsFor === undefined ? {} : { waitsFor: { ...waitsFor } }),
  };
}

/** A diagnostic as JSON. */
export function diagnosticJson(diagnostic: Diagnostic): JsonObject {
  const { severity, address, location, summary, detail } = diagnostic;
  return {
    severity,
    address,
    ...(location === undefined ? {} : { location: { ...location } }),
    summary,
    detail,
  };
}
