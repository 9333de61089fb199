import assert from "node:assert/strict";
import {
  Fault,
  type FaultReason,
  type ServiceHint,
  type ServiceWriter,
  type UnitReading,
  type UnitRuntime,
} from "@holdfast/core";

/** What is known of the machine before a law opens one. */
export interface ServiceLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** The socket by which systemd is reached. */
  readonly socket: string;
  /** That socket is the message bus's. */
  readonly needsBus: boolean;
  /** How often a property is tried; a real systemd takes its time. */
  readonly runs: number;
  /** How often in a row the same must be noticed. */
  readonly rounds: number;
}

/** A machine that the laws of services are tried on: its services, and what others do beside them. */
export interface ServiceSubject extends AsyncDisposable {
  readonly services: ServiceWriter;
  /** The same services, as another process of the machine has them. */
  reopen(): ServiceWriter & AsyncDisposable;
  readonly actor: ServiceActor;
  /** Waits for work as long as the machine's clock needs. @throws {Error} when it does not end. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Waits until it is so. @returns false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
  /** Waits until everything that is on its way has arrived. */
  settle(): Promise<void>;
}

/** What others do: an administrator with an editor, `ln` and `systemctl`, and the machine itself. */
export interface ServiceActor {
  write(path: string, text: string): void;
  /** Nothing there is fine. */
  remove(path: string): void;
  symlink(path: string, target: string): void;
  /** The content of a file. */
  text(path: string): string | undefined;
  /** `systemctl VERB UNIT`; does not wait for more than that takes. */
  systemctl(
    verb: "start" | "stop" | "enable" | "disable" | "daemon-reload" | "daemon-reexec",
    unit?: string,
  ): Promise<void>;
  /** `kill -9` of the main process. */
  kill(unit: string): Promise<void>;
  /** Ends the message bus at once; it comes back. */
  killBus(): Promise<void>;
  /** Stops the message bus for good, or starts it again. */
  setBus(isRunning: boolean): Promise<void>;
}

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** Where a package brings its units: a mask and links under /etc are beside them. */
export const VENDOR = "/usr/local/lib/systemd/system";
/** Where an administrator has them. */
export const ADMIN = "/etc/systemd/system";

/** A unit file that a simulated systemd understands too, and that may be started as often as one likes. */
export function unitText(service: string, install = ""): string {
  return `[Unit]\nStartLimitIntervalSec=0\n[Service]\n${service}\n${install}`;
}

/** Runs until it is stopped. */
export const ENDLESS = "ExecStart=/bin/sleep infinity";
/** Started by a target that is never reached here. */
export const WANTED = "[Install]\nWantedBy=holdfast-test.target\n";

/** What is there of a unit, which must be known. */
export async function observe(
  subject: ServiceSubject,
  unit: string,
  options: { readonly details?: boolean } = {},
): Promise<UnitReading> {
  const { services, finish } = subject;
  const [answer] = await finish(services.observeMany([{ unit, ...options }], UNSTOPPED));
  assert.ok(answer?.type === "present", `${unit} is ${describeAnswer(answer)}`);
  return answer.value;
}

/** What a unit does, which must be known. */
export async function runtimeOf(
  subject: ServiceSubject,
  unit: string,
  options: { readonly details?: boolean } = {},
): Promise<UnitRuntime> {
  const { runtime } = await observe(subject, unit, options);
  assert.ok(runtime, `what ${unit} does is not known`);
  return runtime;
}

/** `active`, `inactive`, `failed` … */
export async function activeOf(subject: ServiceSubject, unit: string): Promise<string> {
  return (await runtimeOf(subject, unit)).active;
}

/** The main process of a service that runs. */
export async function pidOf(subject: ServiceSubject, unit: string): Promise<number> {
  const { details } = await runtimeOf(subject, unit, { details: true });
  assert.ok(details?.mainPid !== undefined, `${unit} has no main process`);
  return details.mainPid;
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

/** A watch and what it has said. */
export interface Listening extends AsyncDisposable {
  readonly hints: readonly ServiceHint[];
  /** Why it ended; `undefined` while it has not. */
  readonly ended: () => Fault | undefined;
  /** Forgets the hints so far. */
  clear(): void;
  /** Whether there was a hint that a unit may have changed since the last `clear`. */
  concerns(unit: string): boolean;
}

/** Opens a watch and keeps what it says. */
export async function listen(
  subject: ServiceSubject,
  units: readonly string[],
): Promise<Listening> {
  const hints: ServiceHint[] = [];
  let ended: Fault | undefined;
  const { services, finish } = subject;
  const watch = await finish(services.watch(units, (hint) => hints.push(hint), UNSTOPPED));
  void watch.ended.then((fault) => {
    ended = fault;
  });
  return {
    hints,
    ended: () => ended,
    clear: () => hints.splice(0),
    concerns: (unit) => hints.some((hint) => hint.type === "overflow" || hint.unit === unit),
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

/** What was done must be hinted. */
export async function mustHint(
  subject: ServiceSubject,
  listening: Listening,
  unit: string,
): Promise<void> {
  assert.ok(await subject.until(() => listening.concerns(unit)), `no hint of ${unit}`);
}

/** Whoever observes after each hint, and never else, must come to see it. */
export async function mustComeToSee(
  subject: ServiceSubject,
  listening: Listening,
  { unit, active }: { readonly unit: string; readonly active: string },
): Promise<void> {
  for (let seen = ""; seen !== active; ) {
    await mustHint(subject, listening, unit);
    listening.clear();
    seen = await activeOf(subject, unit);
  }
}

function describeAnswer(answer: { readonly type: string; readonly fault?: Fault } | undefined) {
  return answer?.fault === undefined ? String(answer?.type) : `${answer.fault.message}`;
}
