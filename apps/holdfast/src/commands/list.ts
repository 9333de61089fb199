import { type AnyKind, API_VERSION, type JsonObject } from "@holdfast/core";
import { createStandardCatalog } from "@holdfast/resources";
import type { CommandOptions } from "./command-options.ts";
import { type Line, line, toned } from "../output/text/line.ts";
import type { Surroundings } from "../surroundings.ts";
import { withOutput } from "./with-output.ts";

/** Lists the kinds: what each is for, where it is built and where that was verified. */
export async function list(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const kinds = [...createStandardCatalog().values()].toSorted((one, other) =>
      one.kind < other.kind ? -1 : 1,
    );
    output.value(kinds.flatMap(kindLines), { apiVersion: API_VERSION, kinds: kinds.map(kindJson) });
    return "inSync";
  });
}

/** A kind as lines. */
export function kindLines({ kind, summary, support, operations = {} }: AnyKind): readonly Line[] {
  const { platforms, built, verified } = support;
  const missing = platforms.filter((platform) => !built.includes(platform));
  const where = [
    built.length === 0 ? "not built" : `built for ${built.join(", ")}`,
    verified.length === 0 ? "not verified" : `verified on ${verified.join(", ")}`,
    ...(missing.length === 0 || built.length === 0 ? [] : [`not built for ${missing.join(", ")}`]),
  ];
  return [
    line(toned("strong", kind), `  ${summary}`),
    line(toned("faint", `    ${where.join("; ")}`)),
    ...Object.entries(operations).map(([name, operation]) =>
      line(toned("faint", `    holdfast run ${kind}:… ${name}: `), operation.summary),
    ),
  ];
}

function kindJson({ kind, summary, support, operations = {} }: AnyKind): JsonObject {
  const { platforms, built, verified } = support;
  const offered = Object.entries(operations).map(([name, operation]) => {
    const { summary: what, impact } = operation;
    return { name, summary: what, impact };
  });
  const isVerified = verified.length > 0;
  return { kind, summary, platforms, built, verified, isVerified, operations: offered };
}
