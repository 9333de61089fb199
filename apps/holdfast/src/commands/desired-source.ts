import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type DesiredSource,
  entryUrl,
  openSource,
  POLICY_FILE,
  requireInside,
  type SourceTrust,
} from "@holdfast/agent";
import { type Catalog, type Facts, Fault, type Hash } from "@holdfast/core";
import { namedPath } from "../named-path.ts";
import type { CommandOptions } from "./command-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { policyFileOf } from "./policy-options.ts";
import { readParameterOptions } from "./parameter-options.ts";
import { secretsFileOf } from "./secrets/secrets-options.ts";

/** The default place of the desired state. */
export const DEFAULT_SOURCE = "/etc/holdfast";

/** What a source is opened with. */
export interface SourceRequest {
  /** As written on the command line; `undefined` when nothing was. */
  readonly path: string | undefined;
  readonly root: string;
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly catalog: Catalog;
  readonly hash: Hash;
  readonly facts: Facts;
  /** A service is to read it again and again. Default false. */
  readonly isLasting?: boolean;
}

/**
 * Opens the source that was named, or the default one under the root.
 * @throws {Fault} UsageInvalid, when nothing was named and there is no default; PathUnsafe, when the default leads out
 *   of the root.
 */
export async function openDesiredSource(
  request: SourceRequest,
  signal: AbortSignal,
): Promise<DesiredSource> {
  const { surroundings, options, catalog, hash, facts } = request;
  const path =
    request.path === undefined
      ? await defaultSource(request.root)
      : namedPath(request.path, surroundings);
  return openSource(path, {
    catalog,
    hash,
    facts,
    parameters: await readParameterOptions(options, surroundings, signal),
    otherFiles: [
      secretsFileOf({ root: request.root, named: options.secrets, surroundings }),
      policyFileOf(request).file,
      // Also while another one is named.
      join(request.root, POLICY_FILE),
    ],
    foreignWords: async () => (await import("@holdfast/resources/foreign-words")).foreignWords,
    sdk: entryUrl(import.meta.url, "../sdk.ts"),
    ...trustOf(request),
    print: (text) => surroundings.stderr.write(text),
  });
}

/** Root obeys itself, and by --trust-source the user who ran sudo: sudo(8) says who that is. */
function trustOf({ options, surroundings, isLasting = false }: SourceRequest): SourceTrust {
  const { userId, environment } = surroundings;
  const sudoUser = environment["SUDO_UID"] ?? "";
  const isKnown = /^[1-9]\d{0,9}$/.test(sudoUser);
  const trustsSudoUser = options.trustSource ?? false;
  if (trustsSudoUser && userId === 0 && !isKnown) throw nobodyToTrust();
  return {
    userId,
    trustsSudoUser,
    isLasting,
    ...(isKnown ? { sudoUserId: Number(sudoUser) } : {}),
  };
}

function nobodyToTrust(): Fault {
  return new Fault({
    reason: "UsageInvalid",
    message: "--trust-source trusts the user who ran sudo, and nobody did",
    resolution: "Leave it out, or run the command with sudo as the owner of the source.",
  });
}

async function defaultSource(root: string): Promise<string> {
  const path = join(root, DEFAULT_SOURCE);
  if ((await stat(path).catch(absentOnly)) === undefined) {
    throw new Fault({
      reason: "UsageInvalid",
      message: `no source was named, and ${path} does not exist`,
      resolution: "Name a blueprint (.ts), a manifest (.yaml, .json) or a directory of manifests.",
    });
  }
  await requireInside(root, path);
  return path;
}

function absentOnly(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}
