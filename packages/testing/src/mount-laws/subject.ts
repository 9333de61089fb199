import assert from "node:assert/strict";
import {
  Fault,
  type FaultReason,
  mountAt,
  type Mounted,
  type MountState,
  type MountWriter,
} from "@holdfast/core";
import type { Actor } from "../operations/actor.ts";

/** A machine that the laws of mounts are tried on. */
export interface MountSubject extends AsyncDisposable {
  readonly mounts: MountWriter;
  /** Others, with their mounts; their files are below what is mounted. */
  readonly actor: Actor;
  /** A path of the root as the machine has it. */
  onMachine(path: string): string;
  /** Somebody whose directory this is, until it is disposed of. */
  use(directory: string): Promise<AsyncDisposable & { readonly pid: number }>;
  /** Waits for work as long as the machine's clock needs. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Waits until it is so. @returns false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
}

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** What is mounted now. */
export function read(subject: MountSubject, sources: readonly string[] = []): Promise<MountState> {
  return subject.finish(subject.mounts.read(sources, UNSTOPPED));
}

/** The topmost mount of a point. */
export async function topmost(subject: MountSubject, point: string): Promise<Mounted | undefined> {
  const mount = mountAt((await read(subject)).mounts, point);
  return mount?.mountPoint === point ? mount : undefined;
}

/** The work must fail with this reason; the fault is returned. */
export async function mustFail(work: Promise<unknown>, reason: FaultReason): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault, `expected ${reason}, got ${String(thrown)}`);
  assert.equal(thrown.reason, reason, thrown.message);
  return thrown;
}
