import { type CommandRequest, Fault, type Observation, type ReadContext } from "@holdfast/core";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";

const UPDATE_TIMEOUT_MS = 120_000;

/** How a family of systems keeps the certificates that it trusts. */
export interface TrustStore {
  /** Where an administrator's own certificates are put. */
  readonly anchors: string;
  readonly suffix: string;
  /** All that is trusted, in one file. */
  readonly bundle: string;
  /** Where each has a link by its name, and one by its subject's hash; `undefined` where there are none. */
  readonly links?: string;
  readonly update: readonly [string, ...string[]];
  /** What makes it put its links right from the beginning. */
  readonly fresh: readonly string[];
  readonly insideRoot?: NonNullable<CommandRequest["insideRoot"]>;
}

/** Debian first, because some of its machines have the other's directories too. */
export const TRUST_STORES: readonly TrustStore[] = [
  {
    anchors: "/usr/local/share/ca-certificates",
    suffix: ".crt",
    bundle: "/etc/ssl/certs/ca-certificates.crt",
    links: "/etc/ssl/certs",
    update: ["update-ca-certificates"],
    fresh: ["--fresh"],
    insideRoot: {
      cwd: "/etc/ssl/certs",
      // Hooks are of the machine around it, and would act on that.
      args: [
        "--etccertsdir=.",
        "--localcertsdir=../../../usr/local/share/ca-certificates",
        "--certsdir=../../../usr/share/ca-certificates",
        "--certsconf=../../ca-certificates.conf",
        "--hooksdir=./no-hooks",
      ].flatMap((option) => option.split("=")),
    },
  },
  {
    anchors: "/etc/pki/ca-trust/source/anchors",
    suffix: ".pem",
    bundle: "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    update: ["update-ca-trust", "extract"],
    fresh: [],
  },
];

/** The command that brings what programs read up to date with the anchors. */
export function updateRequest(
  { update, fresh, insideRoot }: TrustStore,
  isFresh: boolean,
): CommandRequest {
  const [program, ...args] = update;
  return {
    argv: [program, ...args, ...(isFresh ? fresh : [])],
    env: MINIMAL_ENVIRONMENT,
    timeoutMs: UPDATE_TIMEOUT_MS,
    // Cut off, it would leave the machine without most of what it trusts.
    onAbort: "finish",
    ...(insideRoot === undefined ? {} : { insideRoot }),
    faults: {
      other: {
        reason: "CommandFailed",
        message: "the trust store could not be brought up to date",
        resolution: "Run the program by hand, and correct what it complains about.",
      },
    },
  };
}

/**
 * The store of this machine.
 * @throws {Fault} NotFound, where there is none; what makes a path unknown.
 */
export async function findStore({
  host,
  signal,
}: Pick<ReadContext, "host" | "signal">): Promise<TrustStore> {
  const requests = TRUST_STORES.map(({ anchors }) => ({ path: anchors, content: "none" as const }));
  const readings = await host.files.readMany(requests, signal);
  const found = TRUST_STORES.find((_, position) => isDirectory(readings[position]));
  if (found !== undefined) return found;
  for (const reading of readings) if (reading.type === "unknown") throw reading.fault;
  throw new Fault({
    reason: "NotFound",
    message: `this machine has no trust store: there is no ${TRUST_STORES.map(({ anchors }) => anchors).join(" or ")}`,
    resolution: "Declare package:ca-certificates.",
    retry: "backoff",
  });
}

function isDirectory(
  reading: Observation<{ readonly entry: { readonly type: string } }> | undefined,
): boolean {
  return reading?.type === "present" && reading.value.entry.type === "directory";
}
