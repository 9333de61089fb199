import type { ContainerWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

type Call<Request, Result> = (request: Request, signal: AbortSignal) => Promise<Result>;

/** Containers, each call through the gate. Watches meet no trouble. */
export function gatedContainers(containers: ContainerWriter, gate: CallGate): ContainerWriter {
  const through =
    (isMutation: boolean) =>
    <Request, Result>(name: string, run: Call<Request, Result>): Call<Request, Result> =>
    (request, signal) =>
      gate.port({ name: `containers.${name}`, isMutation }, () => run(request, signal), signal);
  const read = through(false);
  const write = through(true);
  return {
    containers: read("containers", containers.containers),
    images: read("images", containers.images),
    networks: read("networks", containers.networks),
    volumes: read("volumes", containers.volumes),
    usersOf: read("usersOf", containers.usersOf),
    watch: (hear, signal) => containers.watch(hear, signal),
    pull: write("pull", containers.pull),
    removeImage: write("removeImage", containers.removeImage),
    create: write("create", containers.create),
    start: write("start", containers.start),
    stop: write("stop", containers.stop),
    restart: write("restart", containers.restart),
    unpause: write("unpause", containers.unpause),
    rename: write("rename", containers.rename),
    remove: write("remove", containers.remove),
    update: write("update", containers.update),
    connect: write("connect", containers.connect),
    disconnect: write("disconnect", containers.disconnect),
    createNetwork: write("createNetwork", containers.createNetwork),
    removeNetwork: write("removeNetwork", containers.removeNetwork),
    createVolume: write("createVolume", containers.createVolume),
    removeVolume: write("removeVolume", containers.removeVolume),
  };
}
