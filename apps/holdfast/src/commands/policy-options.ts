import { join } from "node:path";
import { POLICY_FILE, type PolicyFile } from "@holdfast/agent";
import { namedPath } from "../named-path.ts";
import type { Surroundings } from "../surroundings.ts";
import type { CommandOptions } from "./command-options.ts";

/** Which policy a command line means. */
export interface PolicyRequest {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly root: string;
}

/** The file of the policy, absolute: as named, else the default one under the root. */
export function policyFileOf({ options, surroundings, root }: PolicyRequest): PolicyFile {
  const { policy } = options;
  return policy === undefined
    ? { file: join(root, POLICY_FILE), isNamed: false }
    : { file: namedPath(policy, surroundings), isNamed: true };
}
