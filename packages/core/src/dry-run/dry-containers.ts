import type { ContainerReader, ContainerWriter } from "../ports/containers/containers.ts";
import type { Thing } from "../resource/kind.ts";
import type { DryRun } from "./dry-run.ts";

/**
 * Reads as ever and ends the dry run where an apply would change something. What was read may be of what is still to be
 * made: a plan says then that it may be refused, and not that it will be.
 */
export function dryContainers(containers: ContainerReader, run: DryRun): ContainerWriter {
  const stop = async (): Promise<never> => run.stop();
  const seeing =
    <Result>(sort: string, read: (names: readonly string[], signal: AbortSignal) => Result) =>
    (names: readonly string[], signal: AbortSignal): Result => {
      for (const name of names) run.see(thingOf(sort, name));
      run.seeNeeds();
      return read(names, signal);
    };
  return {
    ...containers,
    containers: seeing("container", containers.containers),
    images: seeing("container-image", containers.images),
    networks: seeing("container-network", containers.networks),
    volumes: seeing("container-volume", containers.volumes),
    pull: stop,
    removeImage: stop,
    create: stop,
    start: stop,
    stop,
    restart: stop,
    unpause: stop,
    rename: stop,
    remove: stop,
    update: stop,
    connect: stop,
    disconnect: stop,
    createNetwork: stop,
    removeNetwork: stop,
    createVolume: stop,
    removeVolume: stop,
  };
}

function thingOf(sort: string, name: string): Thing {
  return `${sort}:${name}`;
}
