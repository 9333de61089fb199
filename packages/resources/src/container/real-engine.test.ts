import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type ContainerWriter, Fault, type ResourceKind, silentLog } from "@holdfast/core";
import {
  actionOn,
  checkKind,
  createSimulatedHost,
  IMAGE,
  type KindRig,
  missingForPodman,
  openPodmanForLaws,
  OTHER_IMAGE,
  type PodmanMachine,
  realContainerSubject,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import { containerImageKind } from "../container-image/kind.ts";
import { containerNetworkKind } from "../container-network/kind.ts";
import { containerVolumeKind } from "../container-volume/kind.ts";
import type { ContainerInput } from "./fields.ts";
import { containerKind } from "./kind.ts";

const SIGNAL = new AbortController().signal;
const missing = missingForPodman();

suite("container on a real engine", { skip: missing ?? false }, () => {
  let podman: PodmanMachine;
  before(async () => {
    podman = await openPodmanForLaws();
  });
  after(async () => podman?.[Symbol.asyncDispose]());

  test("K10: each field converges with Podman and is in sync then, again and again", async () => {
    const rig = rigOn(podman);
    await declare(containerNetworkKind, "front", {
      subnets: [{ subnet: "10.91.7.0/24", gateway: "10.91.7.1" }],
    });
    await declare(containerNetworkKind, "back", { internal: true, labels: { for: "web" } });
    await declare(containerVolumeKind, "data", { labels: { backup: "nightly" } });
    await declare(containerImageKind, IMAGE, {});
    const first = await idOf("web", { image: IMAGE });
    const full = await idOf("web", everything);
    assert.notEqual(full, first);
    const other = { ...everything, networks: ["back"], stopGrace: 2 };
    assert.equal(await idOf("web", other), full, "networks change in place");
    const changed = await idOf("web", { ...other, env: { MODE: "b" } });
    assert.notEqual(changed, full);
    const stopped: ContainerInput = { ...other, env: { MODE: "b" }, state: "stopped" };
    assert.equal(await idOf("web", stopped), changed);
    await declare(containerKind, "web", { state: "absent" });
    await declare(containerNetworkKind, "front", { state: "absent" });
    await declare(containerVolumeKind, "data", { state: "absent", force: true });

    async function declare<Spec, Observed, Snapshot, Input>(
      kind: ResourceKind<Spec, Observed, Snapshot, Input>,
      name: string,
      input: Input,
    ): Promise<void> {
      await checkKind({ kind, name, input }, rig);
    }

    async function idOf(name: string, input: ContainerInput): Promise<string | undefined> {
      await declare(containerKind, name, input);
      return (await rig.host.containers.containers([name], SIGNAL)).get(name)?.id;
    }
  });

  test("K10: what is killed, renamed, removed or made of another image by hand is put right", async () => {
    const rig = rigOn(podman);
    const declared = { kind: containerKind, name: "web", input: { image: IMAGE, stopGrace: 1 } };
    await checkKind(declared, rig);
    const tampers = [
      ["kill", "web", "", ["state"]],
      ["rename", "web", "away", ["state", "image"]],
      ["remove", "web", "", ["state", "image"]],
      ["tag", IMAGE, OTHER_IMAGE, ["container", "image"]],
    ] as const;
    for (const [verb, name, to, expected] of tampers) {
      podman.actor.act({ type: "container", verb, name, to });
      const changes = await checkKind(declared, rig);
      assert.deepEqual(
        changes.map(({ path }) => path),
        expected,
        verb,
      );
    }
  });

  test("K10: a replacement that does not run is rolled back, and the old one runs on", async () => {
    const rig = rigOn(podman);
    const { containers } = rig.host;
    await checkKind({ kind: containerKind, name: "web", input: { image: IMAGE } }, rig);
    const old = (await containers.containers(["web"], SIGNAL)).get("web");
    for (const command of [["/bin/none"], ["/bin/sh", "-c", "exit 3"]]) {
      const fault = await applied({ image: IMAGE, command }, rig);
      assert.equal(fault?.reason, "ContainerFailed", fault?.message);
      assert.equal(fault.retry, "never");
      const found = await containers.containers(["web", "web.holdfast-old"], SIGNAL);
      assert.deepEqual([...found.keys()], ["web"]);
      assert.deepEqual([found.get("web")?.id, found.get("web")?.status], [old?.id, "running"]);
    }
  });
});

const everything: ContainerInput = {
  image: IMAGE,
  command: ["/bin/sh", "-c", "trap exit TERM; while :; do sleep 1 & wait; done"],
  env: { MODE: "a b", PATH: "/bin" },
  workingDirectory: "/tmp",
  hostname: "web",
  user: "0:0",
  mounts: [
    { source: "data", target: "/data" },
    { source: "/etc", target: "/machine", readOnly: true },
    { target: "/scratch" },
  ],
  ports: ["127.0.0.1:8080:80", "5353:53/udp"],
  networks: ["back", "front"],
  labels: { tier: "front" },
  capabilities: { add: ["NET_ADMIN"], drop: ["MKNOD"] },
  readOnly: true,
  noNewPrivileges: true,
  restart: "unless-stopped",
  stopSignal: "SIGTERM",
  stopGrace: 1,
};

/** The agent on a machine of which the engine alone is real. */
function rigOn(podman: PodmanMachine): KindRig {
  const containers: ContainerWriter = realContainerSubject(podman).containers;
  const host = { ...createSimulatedHost({ clock: new VirtualClock() }), containers };
  return { host, tree: () => [], sleep };
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

async function applied(input: ContainerInput, rig: KindRig): Promise<Fault | undefined> {
  const spec = containerKind.bind("web", input, (path, summary) => assert.fail(path + summary));
  const context = { host: rig.host, signal: SIGNAL, log: silentLog };
  const found = await containerKind.observe(spec, context);
  const observed = found.type === "present" ? found.value : undefined;
  const changes = containerKind.diff(spec, observed);
  try {
    await containerKind.apply(actionOn(containerKind, { spec, observed, changes }), {
      ...writeContext(rig),
      sleep,
    });
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
