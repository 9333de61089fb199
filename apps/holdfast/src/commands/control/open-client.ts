import {
  type ControlClient,
  controlSocketPaths,
  createControlClient,
} from "@holdfast/agent/control";
import { rootOf } from "../../root-directory.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";

/** A client of the agent that serves the root of a command line. */
export function openClient(options: CommandOptions, surroundings: Surroundings): ControlClient {
  const { userId, environment } = surroundings;
  const root = rootOf(options, surroundings);
  return createControlClient({ socketPaths: controlSocketPaths({ root, userId, environment }) });
}
