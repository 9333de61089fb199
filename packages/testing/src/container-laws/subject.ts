import assert from "node:assert/strict";
import {
  type Container,
  type ContainerWriter,
  Fault,
  type FaultReason,
  type NewContainer,
} from "@holdfast/core";
import type { ContainerActor } from "../operations/container-operation.ts";

/** A machine that the laws of containers are tried on. */
export interface ContainerSubject extends AsyncDisposable {
  readonly containers: ContainerWriter;
  /** Others, with the engine's own tool. */
  readonly actor: ContainerActor;
  /** Nothing answers until `startEngine`; what runs goes on. */
  stopEngine(): Promise<void>;
  startEngine(): Promise<void>;
  /** Waits for work as long as the machine's clock needs. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Waits until it is so. @returns false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
}

/** Opens a machine with an engine that has `IMAGE` and `OTHER_IMAGE` and nothing else. */
export type Open = () => Promise<ContainerSubject>;

/** An image of every subject: what is made of it runs until it is stopped. */
export const IMAGE = "localhost/holdfast/runs:1";
/** Another image of it, which behaves the same. */
export const OTHER_IMAGE = "localhost/holdfast/runs:2";

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** A container as a law has it made. */
export function newContainer(name: string, changes: Partial<NewContainer> = {}): NewContainer {
  return {
    name,
    image: IMAGE,
    alias: name,
    env: {},
    mounts: [],
    ports: [],
    networks: "none",
    labels: {},
    capabilities: { add: [], drop: [] },
    isPrivileged: false,
    isReadOnly: false,
    hasNoNewPrivileges: false,
    limits: {},
    stopGraceSeconds: 1,
    ...changes,
  };
}

/** A network as a law has it made. */
export function newNetwork(name: string) {
  const plain = { driver: "bridge", isInternal: false, hasIpv6: false, options: {}, labels: {} };
  return { name, ...plain, subnets: [{ subnet: "10.91.7.0/24", gateway: "10.91.7.1" }] };
}

/** A container as it is now; `undefined`: there is none. */
export async function read(
  { containers, finish }: ContainerSubject,
  name: string,
): Promise<Container | undefined> {
  return (await finish(containers.containers([name], UNSTOPPED))).get(name);
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
