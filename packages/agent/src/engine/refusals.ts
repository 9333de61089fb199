import { type Catalog, Fault, type Platform } from "@holdfast/core";

/** What decides whether a kind may be used. */
export interface RefusalOptions {
  readonly catalog: Catalog;
  readonly platform: Platform;
  readonly root: string;
  readonly rootExec: boolean;
}

/** Says of each kind why it cannot be used here; `undefined` when it can. A refused kind is denied for its resources alone. */
export function createRefusals(options: RefusalOptions): (kind: string) => Fault | undefined {
  const refusals = new Map<string, Fault | undefined>();
  return (kind) => {
    if (!refusals.has(kind)) refusals.set(kind, refusalOf(kind, options));
    return refusals.get(kind);
  };
}

function refusalOf(name: string, options: RefusalOptions): Fault | undefined {
  const { catalog, platform, root, rootExec } = options;
  const kind = catalog.get(name);
  if (kind === undefined) return undefined;
  if (!kind.support.built.includes(platform)) {
    return new Fault({
      reason: "UnsupportedPlatform",
      message: `${name} is not built for ${platform}`,
      resolution: `Leave it out there; "holdfast list" says where each kind is built.`,
    });
  }
  if (kind.runsCommands !== true || root === "/" || rootExec) return undefined;
  return new Fault({
    reason: "RootExecRefused",
    message: `${name} runs commands, which would act outside of the root ${root}`,
    resolution: "Leave it out with --skip, or say --root-exec to run commands outside of the root.",
  });
}
