import { loadDesired } from "@holdfast/agent";
import { Fault } from "@holdfast/core";
import { readFacts, sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import { line } from "../../output/text/line.ts";
import { namedPath } from "../../named-path.ts";
import { rootOf } from "../../root-directory.ts";
import type { Surroundings } from "../../surroundings.ts";
import { VERSION } from "../../version-number.ts";
import type { CommandOptions } from "../command-options.ts";
import { DEFAULT_SOURCE, openDesiredSource } from "../desired-source.ts";
import { createLog } from "../log.ts";
import { withOutput } from "../with-output.ts";
import { carryOut } from "./carry-out.ts";
import { refuseForeignUnit } from "./installed-unit.ts";
import { pathWithin } from "./path-within.ts";
import { requireSystemd } from "./require-systemd.ts";
import { serviceProgram } from "./service-program.ts";
import { installedService } from "./service-resources.ts";
import { serviceUnit, UNIT_NAME, UNIT_PATH } from "./service-unit.ts";

/** Makes the agent a service of systemd, for a source that it could serve now; with `--root` in an image. */
export async function install(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const root = rootOf(options, surroundings);
    const [isLive, isRoot] = [root === "/", surroundings.userId === 0];
    if (isLive) requireSystemd();
    await refuseForeignUnit(root, sha256);
    const source = sourceInside(root, path, surroundings);
    const { words: program, warnings } = serviceProgram(root, surroundings);
    output.busy("reading the source");
    await refuseBrokenSource({ path, root, options, surroundings });
    const serveOptions = serveOptionsOf(root, options, surroundings);
    const unit = serviceUnit({ program, source, serveOptions, version: VERSION, hash: sha256 });
    const errand = {
      steps: [{ name: "install", resources: installedService(unit, { isLive, isRoot }) }],
      options,
      surroundings,
      title: "Installed",
      warnings,
      lines: [
        line(`${UNIT_NAME} runs ${program.join(" ")} serve ${[...serveOptions, source].join(" ")}`),
      ],
      data: { unit: UNIT_PATH, program, source },
    };
    return await carryOut(errand, output);
  });
}

/** @throws {Fault} what `validate` says of a source: what cannot be served is not installed. */
async function refuseBrokenSource(request: {
  readonly path: string | undefined;
  readonly root: string;
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
}): Promise<void> {
  const { root, options, surroundings } = request;
  const { signal } = new AbortController();
  const catalog = createStandardCatalog();
  const facts = await readFacts({ root });
  const lasting = { ...request, catalog, hash: sha256, facts, isLasting: true };
  const source = await openDesiredSource(lasting, signal);
  const log = createLog(surroundings, { isVerbose: options.verbose ?? false });
  await loadDesired({ source, catalog, log }, signal);
}

/** The source as the service will find it. */
function sourceInside(root: string, path: string | undefined, surroundings: Surroundings): string {
  if (path === undefined) return DEFAULT_SOURCE;
  return requireWithin(root, namedPath(path, surroundings), "the source");
}

function serveOptionsOf(
  root: string,
  { mode, params, readers, operators }: CommandOptions,
  surroundings: Surroundings,
): readonly string[] {
  const file =
    params && requireWithin(root, namedPath(params, surroundings), "the file of --params");
  return [
    ...(mode === undefined ? [] : ["--mode", mode]),
    ...(file === undefined ? [] : ["--params", file]),
    ...(readers === undefined ? [] : ["--readers", readers]),
    ...(operators === undefined ? [] : ["--operators", operators]),
  ];
}

/** @throws {Fault} UsageInvalid, for a path that the machine of the image will not have. */
function requireWithin(root: string, path: string, what: string): string {
  const within = pathWithin(root, path);
  if (within !== undefined) return within;
  throw new Fault({
    reason: "UsageInvalid",
    message: `${what}, ${path}, is not inside the root ${root}`,
    resolution: "Put it into the image first: the service finds only what is in there.",
  });
}
