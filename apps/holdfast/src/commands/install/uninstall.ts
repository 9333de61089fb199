import { existsSync } from "node:fs";
import { join } from "node:path";
import { lockRoot } from "@holdfast/agent";
import { sha256 } from "@holdfast/host";
import { line } from "../../output/text/line.ts";
import { rootOf } from "../../root-directory.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { carryOut } from "./carry-out.ts";
import { dropInsUnder, refuseForeignUnit } from "./installed-unit.ts";
import { requireSystemd } from "./require-systemd.ts";
import { absentDirectories, absentService, OWN_DIRECTORIES } from "./service-resources.ts";

/** Stops the service and takes its unit away; with `--purge` also the desired state, the records and the logs. */
export async function uninstall(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const root = rootOf(options, surroundings);
    const isLive = root === "/";
    if (isLive) requireSystemd();
    await refuseForeignUnit(root, sha256);
    const isPurge = options.purge === true;
    const kept = [
      ...(isPurge
        ? []
        : Object.values(OWN_DIRECTORIES).filter((path) => existsSync(join(root, path)))),
      ...(await dropInsUnder(root)),
    ];
    const errand = {
      steps: [
        { name: "uninstall", resources: absentService({ isLive }) },
        // Only when the service has stopped, and while no other program works on the root.
        ...(isPurge
          ? [{ name: "purge", resources: absentDirectories(), lock: () => lockRoot(root) }]
          : []),
      ],
      options,
      surroundings,
      title: "Uninstalled",
      warnings: [],
      lines: kept.length === 0 ? [] : [line(`kept: ${kept.join(", ")}`)],
      data: { kept },
    };
    return await carryOut(errand, output);
  });
}
