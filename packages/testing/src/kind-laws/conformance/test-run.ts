import assert from "node:assert/strict";
import type { Fault, ResourceKind } from "@holdfast/core";
import { perform, type SampleOperation } from "../../operations/package-operation.ts";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import { faultOf, type Reading, type Resource, resourceOf, writing } from "./resource.ts";
import type { KindSample } from "./samples.ts";

/** One sample of a kind, ready to be tried. */
export interface TestRun {
  /** The resource, bound anew: what a kind keeps of an earlier binding does not help it. */
  resource(): Resource;
  /** The same, its input written as JSON and read again. */
  rewritten(): Resource;
  readonly sample: KindSample<unknown>;
}

/** Joins a kind with one of its samples. */
export function testOf<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  sample: KindSample<Input>,
): TestRun {
  const { name, input } = sample;
  return {
    sample,
    resource: () => resourceOf(kind, { name, input }),
    rewritten: () => resourceOf(kind, { name, input: parseCopy(input) }),
  };
}

/** What reading gives that was written as JSON; that it is the same again is what a law finds out. */
function parseCopy<Input>(input: Input): Input {
  const copy: unknown = JSON.parse(JSON.stringify(input));
  return copy as Input;
}

/** For what nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** Puts the machine into the state a sample begins with. */
export function prepare(machine: LawMachine, { needs, before }: KindSample<unknown>): void {
  doAll(machine, [...needs, ...before]);
}

/** Does operations in their order. */
export function doAll(machine: LawMachine, operations: readonly SampleOperation[]): void {
  for (const operation of operations) perform(operation, machine);
}

/** What reconciling once came to. */
export interface Reconciled {
  readonly first: Reading;
  readonly last: Reading;
}

/**
 * The work of an agent for one resource: observe, apply what differs, observe again.
 * @throws {Fault} what the kind says. @throws {AssertionError} when it says nothing and is not as declared.
 */
export async function reconcile(
  resource: Resource,
  machine: LawMachine,
  { attempt, signal = UNSTOPPED }: { readonly attempt: string; readonly signal?: AbortSignal },
): Promise<Reconciled> {
  const context = { machine, signal };
  const first = await resource.observe("alone", context);
  if (first.changes.length === 0) return { first, last: first };
  await first.apply(writing(context, attempt));
  const last = await resource.observe("alone", context);
  assert.deepEqual(
    last.changes,
    [],
    `${resource.id} was applied without a fault, and still differs`,
  );
  return { first, last };
}

/**
 * Reconciles after something went wrong. A one-shot that was cut off is never run again by itself: the resource stays
 * OutcomeUnknown until a person has said what to do.
 */
export async function settleAfterTrouble(
  resource: Resource,
  machine: LawMachine,
  attempt: string,
): Promise<void> {
  const fault = await machine.finish(faultOf(reconcile(resource, machine, { attempt })));
  if (fault === undefined) return;
  const isInDoubt = fault.reason === "OutcomeUnknown" && machine.oneShots.cutOff().length > 0;
  if (!isInDoubt) throw unexpected(`${resource.id} does not converge afterwards`, fault);
  machine.oneShots.sayAgain();
  await machine.finish(reconcile(resource, machine, { attempt: `${attempt}-again` }));
}

/** A fault where there should be none, with its message. */
export function unexpected(what: string, fault: Fault): Error {
  return new Error(`${what}: ${fault.reason}: ${fault.message}`, { cause: fault });
}
