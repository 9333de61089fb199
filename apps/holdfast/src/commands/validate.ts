import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { loadDesired, readPolicyFile } from "@holdfast/agent";
import { API_VERSION } from "@holdfast/core";
import { readFacts, sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import { namedPath } from "../named-path.ts";
import type { Output } from "../output/output.ts";
import type { CommandOptions } from "./command-options.ts";
import { diagnosticJson } from "../output/json/plan-json.ts";
import { diagnosticLines } from "../output/text/diagnostic-lines.ts";
import { line, toned } from "../output/text/line.ts";
import type { Surroundings } from "../surroundings.ts";
import { rootOf } from "../root-directory.ts";
import { openDesiredSource } from "./desired-source.ts";
import { policyFileOf } from "./policy-options.ts";
import { createLog } from "./log.ts";
import { secretsOf } from "./secrets/secrets-options.ts";
import { withOutput } from "./with-output.ts";

/** Checks a source and its graph, or a policy, and reads nothing else. */
export async function validate(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const { signal } = new AbortController();
    if (path !== undefined && (await isPolicy(namedPath(path, surroundings)))) {
      return await validatePolicy({ path, surroundings, output }, signal);
    }
    const catalog = createStandardCatalog();
    const root = rootOf(options, surroundings);
    const facts = await readFacts({ root });
    const request = { path, root, options, surroundings, catalog, hash: sha256, facts };
    const source = await openDesiredSource(request, signal);
    const log = createLog(surroundings, { isVerbose: options.verbose ?? false });
    const secrets = secretsOf({ options, surroundings, root, isKeyRequired: false });
    const desired = await loadDesired({ source, catalog, log, secrets }, signal);
    if (path === undefined) await checkOwnPolicy(options, surroundings, signal);
    const { manifest, diagnostics } = desired;
    const { name, resources } = manifest;
    const valid = `${name} is valid: ${resources.length} ${resources.length === 1 ? "resource" : "resources"}`;
    output.value([...diagnostics.flatMap(diagnosticLines), line(toned("good", valid))], {
      apiVersion: API_VERSION,
      name,
      resources: resources.length,
      diagnostics: diagnostics.map(diagnosticJson),
    });
    return "inSync";
  });
}

/** The kind of a document is among its first fields. */
const HEAD_BYTES = 4096;

/** Whether a file says of itself that it is a policy. What cannot be read is for the reading of manifests to report. */
async function isPolicy(path: string): Promise<boolean> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return /^\s*"?kind"?:\s*["']?Policy\b/m.test(buffer.toString("utf8", 0, bytesRead));
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** The policy under the root, where there is one: it is part of what is served from there. */
async function checkOwnPolicy(
  options: CommandOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const root = rootOf(options, surroundings);
  const { userId } = surroundings;
  const place = policyFileOf({ options, surroundings, root });
  await readPolicyFile({ ...place, trust: { userId } }, signal);
}

/** @throws {Fault} InputInvalid, with every mistake. */
async function validatePolicy(
  request: {
    readonly path: string;
    readonly surroundings: Surroundings;
    readonly output: Output;
  },
  signal: AbortSignal,
): Promise<"inSync"> {
  const { path, surroundings, output } = request;
  const { userId } = surroundings;
  const file = namedPath(path, surroundings);
  const { policy } = await readPolicyFile({ file, isNamed: true, trust: { userId } }, signal);
  const rules = policy.rules.length;
  const valid = `${path} is a valid policy: ${rules} ${rules === 1 ? "rule" : "rules"}`;
  output.value([line(toned("good", valid))], { apiVersion: API_VERSION, policy: path, rules });
  return "inSync";
}
