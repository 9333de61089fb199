import assert from "node:assert/strict";

/**
 * What somebody does to a unit of a machine's systemd with its own tool. Its file is written and removed by the
 * operations of files. What systemd refuses is no operation: nothing happens.
 */
export interface UnitOperation {
  readonly type: "unit";
  readonly verb: UnitVerb;
  /** The full name; `daemon-reload` is about all units, whatever it names. */
  readonly unit: string;
}

/** As `systemctl` has them; each is over when it returns. `kill`: its main process, at once. */
export type UnitVerb =
  | "start"
  | "stop"
  | "enable"
  | "disable"
  | "mask"
  | "unmask"
  | "kill"
  | "daemon-reload";

/** Does these on one machine, at once. */
export interface UnitActor {
  systemctl(verb: UnitVerb, unit: string): void;
}

/** Does such an operation, on a machine that has units. */
export function carryOutUnit({ verb, unit }: UnitOperation, actor: UnitActor | undefined): void {
  assert.ok(actor !== undefined, `this machine has no systemd for ${verb} ${unit}`);
  actor.systemctl(verb, unit);
}
