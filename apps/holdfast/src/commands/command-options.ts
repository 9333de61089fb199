import type { Selection } from "@holdfast/core";
import type { LogFormat } from "./log.ts";
import type { OutputMode } from "../output/output-mode.ts";
import type { DiffExtent } from "../output/diff-extent.ts";

/** What the options of a command came to. Absent means not given; durations are in milliseconds. */
export interface CommandOptions {
  readonly out?: OutputMode;
  readonly verbose?: boolean;
  readonly detailedExitCodes?: boolean;
  /** Of `plan` and `apply`. */
  readonly diff?: DiffExtent;
  readonly root?: string;
  /** A file of policy. */
  readonly policy?: string;
  /** Of `plan`. */
  readonly explainRisk?: boolean;
  /** Of `plan`: a file. */
  readonly save?: string;
  /** Of `approve`: for so long. */
  readonly valid?: number;
  /** Of `run`: its idempotency key. Of `trust sign` and `approve`: a file. */
  readonly key?: string;
  readonly rootExec?: boolean;
  readonly param?: readonly string[];
  /** A file of parameters. */
  readonly params?: string;
  /** What belongs to the user who ran sudo is obeyed. */
  readonly trustSource?: boolean;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** False with `--no-deps`. */
  readonly deps?: boolean;
  readonly mode?: "enforce" | "detect";
  readonly detect?: readonly string[];
  readonly parallel?: number;
  readonly resourceTimeout?: number;
  readonly maxRetries?: number;
  readonly timeout?: number;
  /** Of `serve`. */
  readonly logFormat?: LogFormat;
  /** Of `serve` and `install`: groups, by name or number. */
  readonly readers?: string;
  readonly operators?: string;
  /** Of `events`. */
  readonly follow?: boolean;
  /** Of `status`. */
  readonly watch?: boolean;
  /** Of `pause` and `trust revoke`: what for. */
  readonly reason?: string;
  readonly verify?: boolean;
  /** 64 hexadecimal digits. */
  readonly expectHead?: string;
  /** Wall clock, in milliseconds since 1970. */
  readonly since?: number;
  readonly limit?: number;
  /** Of `serve`. */
  readonly keepEventsDays?: number;
  readonly keepEventsFiles?: number;
  /** An older source, for a test of the upgrade. */
  readonly manifestFrom?: string;
  readonly seed?: number;
  readonly runs?: number;
  /** `name=value`, also several joined by commas. */
  readonly facts?: readonly string[];
  readonly exists?: readonly string[];
  /** Of `install` and `uninstall`. */
  readonly dryRun?: boolean;
  /** Of `uninstall`. */
  readonly purge?: boolean;
  /** The file of encrypted values. */
  readonly secrets?: string;
  /** Its key, a file. */
  readonly secretsKey?: string;
  /** Of `secrets keygen`, `keygen`, `approve` and `export`. */
  readonly outFile?: string;
  /** Of `export`: its `--out`. */
  readonly form?: "manifest" | "blueprint";
  readonly kinds?: readonly string[];
  /** A file of patterns. */
  readonly ignore?: string;
  readonly all?: boolean;
  /** Of `secrets rekey`: a file. */
  readonly newKey?: string;
  /** Of `ledger`. */
  readonly inFlight?: boolean;
  readonly keys?: boolean;
  readonly changes?: boolean;
  /** Of `ledger resolve`. */
  readonly done?: boolean;
  readonly again?: boolean;
  readonly lost?: boolean;
  /** Of `undo`. */
  readonly last?: boolean;
  /** The name of a run. */
  readonly run?: string;
  readonly partial?: boolean;
  readonly yes?: boolean;
  /** Where what is declared comes from. */
  readonly source?: string;
  /** Of `apply`: what a manifest that shrank lost is deleted. */
  readonly allowRemovals?: boolean;
  /** Of `keygen`. */
  readonly comment?: string;
  /** Of `trust`: files with the public keys of roots. */
  readonly rootKey?: readonly string[];
  readonly threshold?: number;
  /** Wall clock, in milliseconds since 1970; so are the next two. */
  readonly expires?: number;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Of `trust add`: what a role is about. */
  readonly verbs?: readonly string[];
  readonly names?: readonly string[];
  readonly agents?: readonly string[];
  readonly tags?: readonly string[];
  /** Of `trust show`: the file of the list before it. */
  readonly after?: string;
}

/** What the options choose; `undefined` when they choose nothing. */
export function selectionOf(options: CommandOptions): Selection | undefined {
  const { only = [], skip = [], deps = true } = options;
  if (only.length === 0 && skip.length === 0) return undefined;
  return { only, skip, withDependencies: deps };
}
