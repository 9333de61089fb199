import { ABSENT, Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { makeDirectories } from "../directory/make-directories.ts";
import { applyFile } from "../file/apply.ts";
import { diffFile } from "../file/diff.ts";
import { applyService } from "../service/apply.ts";
import { diffService, runningState } from "../service/diff.ts";
import { observedOf, type ServiceObserved } from "../service/observe.ts";
import { demandAccepted } from "./check.ts";
import { observeQuadlet, type QuadletObserved } from "./observe.ts";
import { QUADLET_DIRECTORY, type QuadletSpec } from "./spec.ts";

/** A job is bounded by the deadline of the resource, which aborts it; this only stands above every deadline. */
const JOB_TIMEOUT_MS = 86_400_000;

/** Whether it is made or changed is for those to find out that do it. */
const BY_INTENT = { verb: "update", cause: "intent", provenance: "created" } as const;

/**
 * Writes the file once the generator has accepted it, has systemd read it, and sees to its service; or stops the service
 * and removes the file. What runs is stopped between the write and the reading: were it cut off anywhere, what is left is
 * seen, as a service that systemd has older files of, or that does not run.
 * @throws {Fault} ValidationFailed, CommandNotFound, WrongType, before anything is touched; PermissionDenied; what a
 *   service throws.
 */
export async function applyQuadlet(
  { spec, changes: found }: KindAction<QuadletSpec, QuadletObserved>,
  context: WriteContext,
): Promise<void> {
  if (found.length === 0) return;
  const observed = await observeNow(spec, context);
  if (spec.isAbsent) return removeQuadlet(spec, observed, context);
  const isRead = await writeQuadlet(spec, observed, context);
  if (!isRead) {
    await stopToRestart(spec, observed, context);
    await context.host.services.daemonReload(context.signal);
  }
  const current = isRead ? observed?.service : await generatedService(spec, context);
  const changes = diffService(spec.service, current);
  await applyService({ ...BY_INTENT, spec: spec.service, observed: current, changes }, context);
}

async function observeNow(
  spec: QuadletSpec,
  context: WriteContext,
): Promise<QuadletObserved | undefined> {
  const found = await observeQuadlet(spec, { ...context, snapshot: undefined });
  if (found.type === "unknown") throw found.fault;
  return found.type === "present" ? found.value : undefined;
}

/** Resolves with whether systemd has read the file that is there then. */
async function writeQuadlet(
  spec: QuadletSpec,
  observed: QuadletObserved | undefined,
  context: WriteContext,
): Promise<boolean> {
  const changes = diffFile(spec.file, observed?.file);
  const isNew = hasChange(changes, "content");
  if (isNew) {
    await demandAccepted(spec, context);
    await makeDirectories(["/etc/containers", QUADLET_DIRECTORY], context);
  }
  if (changes.length > 0) {
    await applyFile({ ...BY_INTENT, spec: spec.file, observed: observed?.file, changes }, context);
  }
  return !isNew && observed?.isStale === false && observed.service?.path !== undefined;
}

/** A service that nobody declared is left alone: a run that is under way goes on. */
async function stopToRestart(
  { service: { unit, isRunning } }: QuadletSpec,
  observed: QuadletObserved | undefined,
  { host, signal }: WriteContext,
): Promise<void> {
  if (isRunning === undefined || runningState(observed?.service) === false) return;
  await host.services.stop({ unit, timeoutMs: JOB_TIMEOUT_MS }, signal);
}

/** What the generator said of it alone may not hold beside the others, when these change meanwhile. */
async function generatedService(
  { name, service: { unit } }: QuadletSpec,
  { host, signal }: WriteContext,
): Promise<ServiceObserved> {
  const [found = ABSENT] = await host.services.observeMany([{ unit }], signal);
  if (found.type === "unknown") throw found.fault;
  if (found.type === "present" && found.value.path !== undefined) return observedOf(found.value);
  throw new Fault({
    reason: "ValidationFailed",
    message: `Podman's generator has made no ${unit} of ${name}`,
    resolution: `See why with: QUADLET_UNIT_DIRS=${QUADLET_DIRECTORY} /usr/libexec/podman/quadlet -dryrun`,
    retry: "backoff",
  });
}

async function removeQuadlet(
  { file, service: { unit } }: QuadletSpec,
  observed: QuadletObserved | undefined,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  const changes = diffFile(file, observed?.file);
  const action = { ...BY_INTENT, spec: file, observed: observed?.file, changes };
  if (hasChange(changes, "type")) return applyFile(action, context);
  await host.services.stop({ unit, timeoutMs: JOB_TIMEOUT_MS }, signal);
  await applyFile(action, context);
  await host.services.daemonReload(signal);
}
