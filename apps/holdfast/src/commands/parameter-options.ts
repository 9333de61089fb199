import { readDataFile } from "@holdfast/agent";
import { Fault, type GivenParameters, isJsonObject } from "@holdfast/core";
import { namedPath } from "../named-path.ts";
import type { CommandOptions } from "./command-options.ts";
import type { Surroundings } from "../surroundings.ts";

/**
 * The parameters of `--params FILE` and `--param name=value`; the latter wins, and of two with one name the last.
 * @throws {Fault} InputInvalid, when the file holds no mapping; NotFound and its like, when it cannot be read.
 */
export async function readParameterOptions(
  options: CommandOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<GivenParameters> {
  const pairs = (options.param ?? []).map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  if (options.params === undefined) return Object.fromEntries(pairs);
  const path = namedPath(options.params, surroundings);
  const data = await readDataFile(path, signal);
  if (!isJsonObject(data)) {
    throw new Fault({
      reason: "InputInvalid",
      message: `${path} does not hold parameters`,
      resolution: "Write a mapping of names to values.",
    });
  }
  return { ...data, ...Object.fromEntries(pairs) };
}
