import module from "node:module";
import { fileURLToPath } from "node:url";
import { refuseUnsafeSource } from "../source-safety.ts";
import type { WorkerInput } from "./worker-messages.ts";

/** The URLs of the modules that are the blueprint's own: not ours and not Node's. Grows while it is imported. */
export type BlueprintFiles = ReadonlySet<string>;

/**
 * Decides, for this thread, what importing means: `holdfast` is the SDK that came with this command, everything a
 * blueprint imports is checked like the blueprint itself before it is read, and a file without a package around it is
 * an ES module. Types are stripped by Node, which keeps the result in its compile cache.
 */
export function hookModules(
  input: Pick<WorkerInput, "blueprint" | "sdk" | "trust">,
): BlueprintFiles {
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
      refuseUnsafeSource(fileURLToPath(url), input.trust);
      return nextLoad(url, { ...context, format: context.format ?? formatOf(url) });
    },
  });
  return theirs;
}

/** Node would guess, and warn, for a file that no package.json speaks for. */
function formatOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (pathname.endsWith(".ts")) return "module-typescript";
  return pathname.endsWith(".js") ? "module" : undefined;
}
