import { type Clock, Fault } from "@holdfast/core";
import { unavailable } from "./exchange.ts";
import { EngineClient } from "./engine-client.ts";
import { engineSockets, socketTrouble } from "./engine-sockets.ts";

/** Where an engine is looked for. */
export interface EngineSearch {
  readonly clock: Clock;
  readonly root: string;
  /** Default: where Podman and Docker listen. */
  readonly sockets?: readonly string[];
}

/**
 * The machine's engine: the first whose socket is there, asked for at each use. Once one was found it is the only one:
 * while it is away, another must not be taken for it, for all containers would be missing there.
 */
export function engineFinder({ clock, root, sockets }: EngineSearch): () => EngineClient {
  const paths = sockets ?? engineSockets(root, process.geteuid?.() ?? 0);
  let found: EngineClient | undefined;
  return () => {
    if (root !== "/" && sockets === undefined) throw otherRoot(root);
    const candidates = found === undefined ? paths : [found.socketPath];
    for (const path of candidates) {
      const trouble = socketTrouble(path);
      if (trouble === "absent") continue;
      if (trouble !== undefined) throw unavailable(`the socket ${path} is not used: ${trouble}`);
      found ??= new EngineClient(path, clock);
      return found;
    }
    throw unavailable(`no container engine listens at ${candidates.join(" or ")}`);
  };
}

function otherRoot(root: string): Fault {
  return new Fault({
    reason: "ContainersUnavailable",
    message: `no containers run in ${root}, for it is another root`,
    resolution: "Leave containers out here.",
    retry: "never",
  });
}
