import { join } from "node:path";
import { requireInside, type SecretsSource } from "@holdfast/agent";
import type { KeyPlaces } from "@holdfast/agent/secrets";
import { namedPath } from "../../named-path.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";

/** The default secrets file. */
const DEFAULT_FILE = "/etc/holdfast/secrets.yaml";

/** Which secrets a command line means. */
interface SecretsRequest {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly root: string;
  /** False: without a key only names are checked. Default true. */
  readonly isKeyRequired?: boolean;
}

/** The secrets that a command line means. Nothing is read, and nothing loaded, before something refers to one. */
export function secretsOf(request: SecretsRequest): SecretsSource {
  const { options, surroundings, root, isKeyRequired = true } = request;
  const named = options.secrets;
  const isNamed = named !== undefined;
  const file = secretsFileOf({ root, named, surroundings });
  return {
    isNamed,
    open: async (signal) => {
      if (!isNamed) await requireInside(root, file);
      const { openSecretsSource } = await import("@holdfast/agent/secrets");
      const key = keyPlacesOf(options, surroundings);
      return openSecretsSource({ file, isNamed, key, isKeyRequired }).open(signal);
    },
  };
}

/** The secrets file, absolute: as named, else the default one under the root. */
export function secretsFileOf(request: {
  readonly root: string;
  readonly named: string | undefined;
  readonly surroundings: Surroundings;
}): string {
  const { root, named, surroundings } = request;
  return named === undefined ? join(root, DEFAULT_FILE) : namedPath(named, surroundings);
}

/** Where a command searches for the key. */
export function keyPlacesOf({ secretsKey }: CommandOptions, surroundings: Surroundings): KeyPlaces {
  const { environment, userId } = surroundings;
  const file = secretsKey === undefined ? {} : { file: namedPath(secretsKey, surroundings) };
  return { ...file, environment, userId };
}
