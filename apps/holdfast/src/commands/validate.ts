import { basename } from "node:path";
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
    if (path !== undefined && basename(path).startsWith(POLICY_NAME)) {
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

/** So the name of a policy begins: `policy.yaml`, `policy.production.yaml`. */
const POLICY_NAME = "policy.";

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
