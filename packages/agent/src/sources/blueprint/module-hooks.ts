import module from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { identityNow, readIdentified } from "../file-identity.ts";
import { HeldDirectory } from "../held-directory.ts";
import { refuseUnsafeEntry, refuseUnsafeSource } from "../source-safety.ts";
import type { WorkerInput } from "./worker-messages.ts";

/** The URLs of the modules that are the blueprint's own: not ours and not Node's. Grows while it is imported. */
export type BlueprintFiles = ReadonlySet<string>;

/** What importing a blueprint brings. */
export interface HookedModules {
  readonly files: BlueprintFiles;
  /**
   * Whether what came of them is of one state: what they made, while nobody wrote into the ones that were read; that they
   * failed, while they are those at their paths too, where Node looks for others.
   */
  readonly areOneState: (hasFailed: boolean) => boolean;
}

/**
 * Decides, for this thread, what importing means: `holdfast` is the SDK that came with this command, everything a
 * blueprint imports is checked like the blueprint itself before it is read, and a file without a package around it is
 * an ES module. Types are stripped by Node, which keeps the result in its compile cache.
 */
export function hookModules(
  input: Pick<WorkerInput, "blueprint" | "sdk" | "trust">,
): HookedModules {
  const held = HeldDirectory.open(dirname(fileURLToPath(input.blueprint)), input.trust);
  const identities = new Map<string, string | undefined>();
  const ours = new Set([input.sdk]);
  const theirs = new Set<string>();
  module.registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier === "holdfast" || specifier.startsWith("holdfast/")) {
        return { url: input.sdk, shortCircuit: true };
      }
      const resolved = nextResolve(specifier, context);
      if (!resolved.url.startsWith("file:")) return resolved;
      if (context.parentURL !== undefined && ours.has(context.parentURL)) ours.add(resolved.url);
      else theirs.add(resolved.url);
      return resolved;
    },
    load(url, context, nextLoad) {
      if (!theirs.has(url)) return nextLoad(url, context);
      const path = fileURLToPath(url);
      refuseUnsafeSource(path, input.trust);
      const format = context.format ?? formatOf(url);
      if (!READ_HERE.has(format)) {
        identities.set(path, identityNow(held.at(path)));
        return nextLoad(url, { ...context, format });
      }
      // From the directory that is held: Node would take what is at the path by then, perhaps of another state.
      const { bytes, entry, identity } = readIdentified(held.at(path));
      refuseUnsafeEntry(path, entry, input.trust);
      identities.set(path, identity);
      return { format, source: bytes, shortCircuit: true };
    },
  });
  const areOneState = (hasFailed: boolean): boolean =>
    Array.from(identities).every(
      ([path, identity]) =>
        identityNow(held.at(path)) === identity && (!hasFailed || identityNow(path) === identity),
    );
  return { files: theirs, areOneState };
}

/** What Node takes as it is read; it finds its own way to whatever else there is. */
const READ_HERE: ReadonlySet<string | null | undefined> = new Set(["module", "module-typescript"]);

/** Node would guess, and warn, for a file that no package.json speaks for. */
function formatOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (pathname.endsWith(".ts")) return "module-typescript";
  return pathname.endsWith(".js") ? "module" : undefined;
}
