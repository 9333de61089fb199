import { extname } from "node:path";
import {
  ALLOW_ALL,
  type CronTimes,
  DEFAULT_POLICY,
  type Diagnosed,
  Fault,
  type Policy,
  readPolicy,
} from "@holdfast/core";
import { isAbsent } from "../own-files/is-absent.ts";
import { readText } from "../sources/read-text.ts";
import { refuseUnsafeSource, type SourceTrust } from "../sources/source-safety.ts";

/** The file of a policy. */
export interface PolicyFile {
  /** Absolute. */
  readonly file: string;
  /** Somebody named it, so that it must be there. Else there may be none. */
  readonly isNamed: boolean;
}

/** A policy, and the calendar that its windows need. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly cron: CronTimes;
}

/** Longest policy that is read. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads the policy of an agent. Without a file the default one holds; a file that cannot be read stops whoever needs it.
 * @throws {Fault} InputInvalid, with every mistake; SourceUnsafe; what reading throws.
 */
export async function readPolicyFile(
  place: PolicyFile & { readonly trust: SourceTrust },
  signal: AbortSignal,
): Promise<ReadPolicy> {
  const { file, isNamed } = place;
  if (!isNamed && (await isAbsent(file))) return { policy: DEFAULT_POLICY, cron: ALLOW_ALL.cron };
  const { value, diagnostics } = await checkPolicyFile(place, signal);
  if (value !== undefined) return value;
  throw new Fault({
    reason: "InputInvalid",
    message: `${file} cannot be used as policy`,
    resolution: "Correct it: without its policy the agent does not know what it may do.",
    diagnostics,
  });
}

/**
 * The same with its mistakes.
 * @throws {Fault} SourceUnsafe; what reading throws.
 */
export async function checkPolicyFile(
  { file, trust }: Pick<PolicyFile, "file"> & { readonly trust: SourceTrust },
  signal: AbortSignal,
): Promise<Diagnosed<ReadPolicy>> {
  refuseUnsafeSource(file, trust);
  const read = await readText(file, signal, { trust, maxBytes: MOST_BYTES });
  const { value: text, diagnostics } = read;
  if (text === undefined) return { diagnostics };
  const cron = await cronFor(text);
  const format = extname(file) === ".json" ? "json" : "yaml";
  const { value: policy, ...rest } = readPolicy({ file, text, format }, cron);
  return policy === undefined ? rest : { ...rest, value: { policy, cron } };
}

/** The calendar is loaded for a policy with windows only. */
async function cronFor(text: string): Promise<CronTimes> {
  if (!text.includes("opens")) return ALLOW_ALL.cron;
  const { createCronTimes } = await import("./cron-times.ts");
  return createCronTimes();
}
