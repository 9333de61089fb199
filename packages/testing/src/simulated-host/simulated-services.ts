import { type Clock, Fault, type FileReader, type PathWatches } from "@holdfast/core";
import { createServices, type LogLinesRequest, type OpenServices } from "@holdfast/host";
import type { SimulatedKernel } from "./kernel/kernel.ts";
import { SimulatedLinks, type SimulatedSockets } from "./services/simulated-links.ts";
import { SimulatedSystemd } from "./services/simulated-systemd.ts";

/** Services of a simulated machine, and what can happen to them. */
export interface SimulatedServices extends OpenServices {
  /** What runs the units: what others do to them, and what their programs do. */
  readonly systemd: SimulatedSystemd;
  readonly sockets: SimulatedSockets;
  /** The same services as another process of the machine has them. */
  reopen(): OpenServices;
}

/** What they are made of. */
export interface SimulatedServicesParts {
  readonly kernel: SimulatedKernel;
  readonly clock: Clock;
  readonly root: string;
  readonly files: FileReader;
  readonly paths: PathWatches;
}

/** Production services over a simulated systemd, whose unit files are on the simulated disk. */
export function simulatedServices(parts: SimulatedServicesParts): SimulatedServices {
  const { kernel, clock, root, files, paths } = parts;
  const systemd = new SimulatedSystemd({ kernel, clock });
  const sockets = new SimulatedLinks(systemd, clock);
  const openLink = root === "/" ? sockets.open : () => Promise.reject(unavailableFault(root));
  const logLines = async (request: LogLinesRequest): Promise<readonly string[]> =>
    systemd.logLines(request);
  const reopen = (): OpenServices => createServices({ clock, files, paths, openLink, logLines });
  return { ...reopen(), systemd, sockets, reopen };
}

function unavailableFault(root: string): Fault {
  return new Fault({
    reason: "ServicesUnavailable",
    message: `nothing of ${root} runs here`,
    resolution: "Leave out what should run.",
  });
}
