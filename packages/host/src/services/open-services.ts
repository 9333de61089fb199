import type { Clock, FileReader, PathWatches } from "@holdfast/core";
import { createServices, type OpenServices } from "./create-services.ts";
import { journalLines } from "./log-lines.ts";
import { createRootServices } from "./root-services.ts";
import { SYSTEMD_SOCKETS, systemdLinks, type SystemdSockets } from "./dbus/open-systemd-link.ts";

/** What the services of the real machine are opened with. */
export interface OpenServicesOptions {
  readonly clock: Clock;
  /** Absolute. Default `/`. */
  readonly root?: string;
  /** Both see that root. */
  readonly files: FileReader;
  readonly paths: PathWatches;
  /** Where systemd is reached. Default: where it is on every machine. */
  readonly sockets?: SystemdSockets;
}

/** The services of this machine, or of another root. Nothing is opened or loaded before it is used. */
export function openServices(options: OpenServicesOptions): OpenServices {
  const { clock, root = "/", files, paths, sockets = SYSTEMD_SOCKETS } = options;
  if (root !== "/") {
    const services = createRootServices({ clock, root, files, paths });
    return { ...services, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const openLink = systemdLinks(clock, sockets);
  return createServices({ clock, files, paths, openLink, logLines: journalLines(clock) });
}
