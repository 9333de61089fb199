import type { BindReport, ResourceMeta } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";

const MOST_DELAY_SECONDS = 3_600;
/** A key of the ledger has at most 200 characters, and this is a part of it. */
const MOST_NAME_CHARACTERS = 100;
const MOST_REASON_CHARACTERS = 200;
/** D1: what a resource has when nothing is said of it. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** What an author writes under `spec` of a reboot; its name is free. */
export const rebootSchema = z.strictObject({
  reason: z.optional(
    z
      .string()
      .check(
        z.regex(/^[^\p{Cc}]{1,200}$/u, "write one line"),
        z.describe("Why: shown to who is logged in. Another reason is another reboot."),
      ),
  ),
  delaySeconds: z.optional(
    z
      .int()
      .check(
        z.minimum(0),
        z.maximum(MOST_DELAY_SECONDS),
        z.describe(
          "Wait so long before it is asked for; a stop of the agent calls it off. Default: 0.",
        ),
      ),
  ),
  requiredBy: z.optional(
    z
      .string()
      .check(
        z.describe("Only while this path exists, such as /var/run/reboot-required of Debian."),
      ),
  ),
});

/** What an author writes under `spec` of a reboot. */
export type RebootInput = z.infer<typeof rebootSchema>;

/** One reboot, which happens once for what is written here. */
export interface RebootSpec {
  readonly name: string;
  readonly reason: string;
  readonly delaySeconds: number;
  /** Absolute; `undefined`: it is required. */
  readonly requiredBy?: string;
}

/** Fills defaults. */
export function bindReboot(name: string, input: RebootInput, report: BindReport): RebootSpec {
  const { reason = `${name} is declared`, delaySeconds = 0, requiredBy } = input;
  if (name.length > MOST_NAME_CHARACTERS) {
    const detail = `a reboot is remembered by its name: write at most ${MOST_NAME_CHARACTERS} characters`;
    report("", "a long name", detail);
  }
  if (requiredBy !== undefined) checkAbsolutePath(requiredBy, "requiredBy", report);
  return {
    name,
    reason: reason.slice(0, MOST_REASON_CHARACTERS),
    delaySeconds,
    ...(requiredBy === undefined ? {} : { requiredBy }),
  };
}

/** The wait is within the timeout of the resource, or the reboot never comes. */
export function checkDelay(
  { delaySeconds }: RebootSpec,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: ResourceMeta,
  report: BindReport,
): void {
  if (delaySeconds * 1_000 < timeoutMs) return;
  const detail = `a wait of ${delaySeconds} s does not fit into the ${timeoutMs} ms of meta.timeoutMs: write a longer one`;
  report("delaySeconds", "a reboot that never comes", detail);
}
