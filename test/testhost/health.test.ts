import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { existsSync } from "node:fs";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "./test-host.ts";

const MANIFEST = "/etc/holdfast/machine.yaml";
/** Nothing but a shell. */
const IMAGE = "localhost/holdfast-test";
const missing = missingForTestHost() ?? missingForContainers();

function missingForContainers(): string | undefined {
  const lacks = ["/usr/bin/podman", "/bin/busybox"].filter((path) => !existsSync(path));
  return lacks.length === 0 ? undefined : `needs ${lacks.join(" and ")}`;
}

suite("K11: health on a real machine", { skip: missing ?? false }, () => {
  let host: TestHost;

  before(async () => {
    host = await TestHost.boot();
    startPodman(host);
    host.write("/etc/systemd/system/web.service", "[Service]\nExecStart=/bin/sleep infinity\n");
    run(host, "systemctl start web");
    host.write(MANIFEST, manifest);
    run(host, `systemd-run --unit=agent ${NODE} ${HOLDFAST} serve ${MANIFEST}`);
  });
  after(async () => host[Symbol.asyncDispose]());

  test("a unit that runs is healthy; one that is killed holds dependents back until it runs again", async () => {
    await healthOf("file:/srv/web", "Healthy");
    await host.until("the dependent", () => host.read("/srv/on-web") === "on-web\n");
    run(host, "systemctl kill --signal=KILL web");
    await healthOf("file:/srv/web", "Unhealthy", /^it is failed \(failed, signal\)$/);
    run(host, "rm /srv/on-web");
    await statusOf("file:/srv/on-web", "Blocked");
    run(host, "systemctl start web");
    await host.until("the dependent", () => host.read("/srv/on-web") === "on-web\n");
  });

  test("a unit that does not exist is reported", async () => {
    await healthOf("file:/srv/none", "Unhealthy", /^there is no such unit$/);
  });

  test("a container that runs is healthy, one that has ended or was never made is not", async () => {
    await healthOf("file:/srv/box", "Unhealthy", /^there is no such container$/);
    run(host, `podman run --detach --network=none --name=box ${IMAGE} sh -c 'sleep 8640000'`);
    await healthOf("file:/srv/box", "Healthy");
    run(host, "podman kill box");
    await healthOf("file:/srv/box", "Unhealthy", /^it is exited \(exit code 137\)$/);
  });

  test("a container with a check of its own is as healthy as that says", async () => {
    const check = "--health-cmd='test -e /well' --health-interval=disable --health-retries=1";
    run(
      host,
      `podman run --detach --network=none --name=own ${check} ${IMAGE} sh -c 'sleep 8640000'`,
    );
    await healthOf(
      "file:/srv/own",
      "Unhealthy",
      /^its own health check has not said anything yet$/,
    );
    run(host, "podman exec own sh -c 'true > /well' && podman healthcheck run own");
    await healthOf("file:/srv/own", "Healthy");
    run(host, "podman exec own sh -c 'rm /well'; ! podman healthcheck run own");
    await healthOf(
      "file:/srv/own",
      "Unhealthy",
      /^its own health check says that it is unhealthy$/,
    );
  });

  test("K10: a container that replaces another is proven by its own check, or rolled back", async () => {
    const declare = (name: string, check: string): void => {
      host.write(MANIFEST, manifest + containerOf(name, check));
      run(host, "systemctl kill --kill-who=main --signal=HUP agent");
    };
    const hostname = (): string =>
      host
        .run(["podman", "inspect", "--format={{.Config.Hostname}} {{.State.Status}}", "replaced"])
        .output.trim();
    declare("first", "test -e /bin/sh");
    await statusOf("container:replaced", "Ready");
    declare("second", "test -e /bin/sh");
    await host.until("the second", () => hostname() === "second running");
    await statusOf("container:replaced", "Ready");
    declare("third", "test -e /none");
    await statusOf("container:replaced", "Failed");
    assert.equal(hostname(), "second running");
    const { output } = host.run(["podman", "ps", "--all", "--format={{.Names}}"]);
    assert.ok(!output.includes("holdfast-"), output);
  });

  async function statusOf(id: string, status: string): Promise<void> {
    await host.until(`${id} is ${status}`, () => shown(id)?.type === status);
  }

  async function healthOf(id: string, word: string, why?: RegExp): Promise<void> {
    await host.until(`${id} is ${word}`, () => {
      const health = shown(id)?.health;
      const said = health?.checks[0]?.lastFailure?.why ?? "";
      return health?.status === word && (why === undefined || why.test(said));
    });
  }

  /** Its status as the command prints it; `undefined` while nobody answers. */
  function shown(id: string): Shown | undefined {
    const { stdout } = host.holdfast(["status", "--out", "json"]);
    if (stdout === "") return undefined;
    const { resources } = JSON.parse(stdout) as {
      readonly resources?: readonly { readonly id: string; readonly status: Shown }[];
    };
    return resources?.find((one) => one.id === id)?.status;
  }
});

/** The checked part of a status. */
interface Shown {
  readonly type: string;
  readonly health?: {
    readonly status: string;
    readonly checks: readonly { readonly lastFailure?: { readonly why: string } }[];
  };
}

/** Files with one check each, which is asked often, and one that depends on the first. */
const checks = {
  web: "unit: web",
  none: "unit: none.service",
  box: "container: box",
  own: "container: own",
};
const declared = Object.entries(checks).map(
  ([name, check]) =>
    `  - { kind: file, name: /srv/${name}, spec: { content: "" }, meta: { health: [{ ${check}, periodMs: 1000, timeoutMs: 1000, failureThreshold: 1 }] } }\n`,
);
const manifest = [
  "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: test }\nresources:\n",
  ...declared,
  '  - { kind: file, name: /srv/on-web, spec: { content: "on-web\\n" }, meta: { dependsOn: ["file:/srv/web"] } }\n',
].join("");

/** A container of this name for itself, whose own check is this. */
function containerOf(hostname: string, check: string): string {
  const health = { command: ["sh", "-c", check], interval: 1, retries: 1 };
  const command = ["sh", "-c", "trap exit TERM; while :; do sleep 1 & wait; done"];
  const spec = { image: IMAGE, command, hostname, health, networks: "none", stopGrace: 2 };
  return `  - ${JSON.stringify({ kind: "container", name: "replaced", spec })}\n`;
}

/** Podman with its storage in memory, without what a machine in a machine cannot have, and an image of one program. */
function startPodman(host: TestHost): void {
  const containers =
    '[containers]\ncgroups = "disabled"\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n';
  const engine =
    '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "crun"\n';
  host.write("/etc/containers/containers.conf", containers + engine);
  const storage =
    '[storage]\ndriver = "overlay"\ngraphroot = "/run/pod/root"\nrunroot = "/run/pod/run"\n';
  host.write("/etc/containers/storage.conf", storage);
  run(host, "systemctl start podman.socket");
  run(
    host,
    `mkdir -p /run/image/bin && cp /bin/busybox /run/image/bin/sh && tar -C /run/image -c . | podman import - ${IMAGE}`,
  );
}

/** Runs a line of shell inside, which must succeed. */
function run(host: TestHost, line: string): void {
  const { code, output } = host.run(["/bin/sh", "-c", line]);
  assert.equal(code, 0, `${line}: ${output}`);
}
