import { loadDesired } from "@holdfast/agent";
import { type Catalog, type Facts, Fault } from "@holdfast/core";
import { readFacts, sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import { tryManifest } from "@holdfast/simulator";
import { diagnosticLines } from "../../output/text/diagnostic-lines.ts";
import { testJson } from "../../output/json/test-json.ts";
import { testLines } from "../../output/text/test-lines.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { rootOf } from "../../root-directory.ts";
import { openDesiredSource } from "../desired-source.ts";
import { createLog } from "../log.ts";
import { withFacts } from "./given-facts.ts";
import { withOutput } from "../with-output.ts";

/** Tries a source on simulated machines: thousands of runs, none of which touches this machine. */
export async function test(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const catalog = createStandardCatalog();
    const facts = withFacts(await readFacts({ root: "/" }), options.facts ?? []);
    if (facts.os !== "linux") throw notLinux(facts);
    const request = { options, surroundings, catalog, facts };
    const exists = (options.exists ?? []).map(requireAbsolute);
    const desired = await load(path, request);
    const old =
      options.manifestFrom === undefined ? undefined : await load(options.manifestFrom, request);
    const blueprintTest = await tryManifest({
      kinds: [...catalog.values()],
      desired: { graph: desired.graph, digest: desired.manifest.digest },
      ...(old && { old: { graph: old.graph, digest: old.manifest.digest } }),
      exists,
      facts,
      progress: (part, runs) => output.busy(`${part}: ${runs} runs so far`),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.runs ? { runs: options.runs } : {}),
    });
    const { name } = desired.manifest;
    const report = { name, blueprintTest, graph: desired.graph, seed: options.seed ?? 1 };
    output.value(
      [...desired.diagnostics.flatMap(diagnosticLines), ...testLines(report)],
      testJson(report),
    );
    return blueprintTest.problems.length === 0 ? "inSync" : "someFailed";
  });
}

interface LoadRequest {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly catalog: Catalog;
  readonly facts: Facts;
}

async function load(
  path: string | undefined,
  { options, surroundings, catalog, facts }: LoadRequest,
) {
  const { signal } = new AbortController();
  const root = rootOf({}, surroundings);
  const request = { path, root, options, surroundings, catalog, hash: sha256, facts };
  const source = await openDesiredSource(request, signal);
  const log = createLog(surroundings, { isVerbose: options.verbose ?? false });
  return await loadDesired({ source, catalog, log, secrets: "unresolved" }, signal);
}

/** @throws {Fault} UsageInvalid, for a path that means something else in each directory. */
function requireAbsolute(path: string): string {
  if (path.startsWith("/")) return path;
  throw new Fault({
    reason: "UsageInvalid",
    message: `--exists ${path}: not an absolute path`,
    resolution: "Write the path as it is on the machine, such as /opt/vendor/.",
  });
}

function notLinux({ os }: Facts): Fault {
  return new Fault({
    reason: "NotBuilt",
    message: `a simulated machine is a Linux machine, not ${os}`,
    resolution: "Leave os out of --facts, or name a distribution of Linux.",
  });
}
