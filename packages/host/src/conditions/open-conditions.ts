import type { Clock, FileReader, MachineConditions, PathWatches } from "@holdfast/core";
import { createConditions } from "./create-conditions.ts";
import { createDial } from "./dial.ts";
import { fileLeaves } from "./file-leaves.ts";
import { interfaceLeaves } from "./interface-leaves.ts";
import { mountLeaves } from "./mount-leaves.ts";
import { realMounts } from "./real-mounts.ts";
import { tcpLeaves } from "./tcp-leaves.ts";

/** What conditions of the real machine are made of. */
export interface OpenConditionsOptions {
  readonly clock: Clock;
  /** Where paths are inside of; `files` and `paths` must have the same. */
  readonly root: string;
  readonly files: FileReader;
  readonly paths: PathWatches;
}

/**
 * The conditions of this machine (B5). Files and mounts are event driven and inside the root; interfaces are event
 * driven; what listens on a port is dialled every 5 s while it is watched. Holds nothing open but its watches.
 */
export function openConditions(options: OpenConditionsOptions): MachineConditions {
  const { clock, files, paths } = options;
  return createConditions({
    file: fileLeaves(files, paths),
    mount: mountLeaves(realMounts(clock, options.root)),
    interface: interfaceLeaves(clock),
    tcp: tcpLeaves(createDial(clock), clock),
  });
}
