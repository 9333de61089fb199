import { setTimeout as sleep } from "node:timers/promises";
import { HOLDFAST, NODE, missingForTestHost, TestHost } from "../../test/testhost/test-host.ts";
import { measurePairs } from "../pairs.ts";
import { aimAtMost, type Row } from "../row.ts";
import { type ServerNames, type ServerSize, serverManifest } from "./server-manifest.ts";
import { SERVER_PEERS, type ServerPeer } from "./server-peers.ts";

const SIZE: ServerSize = { packages: 300, services: 200, users: 100, parameters: 50 };
const MANIFEST = "/root/server.json";
/** How long an agent that has just started is left alone before its memory counts, in milliseconds. */
const SETTLE_MS = 20_000;
const PATIENCE_MS = 600_000;

/**
 * A whole server in sync, in a machine of its own with the real dpkg, systemd and accounts: one plan from the shell, one of
 * an agent that serves, and what that holds in memory. The floor is a Node that does nothing, entered in the same way.
 */
export async function benchServer(pairs: number, withPeers: boolean): Promise<readonly Row[]> {
  const missing = missingForTestHost();
  if (missing !== undefined) throw new Error(missing);
  await using host = await TestHost.boot();
  const names = prepare(host);
  host.write(MANIFEST, serverManifest(names));
  must(host, [NODE, HOLDFAST, "apply", MANIFEST]);
  const plan = (...source: string[]) => [NODE, HOLDFAST, "plan", ...source, "--out", "json"];
  const floor = () => timed(host, [NODE, "-e", "0"]);
  const oneShot = await measurePairs(pairs, () => timed(host, plan(MANIFEST)), floor);
  const peers = withPeers ? await benchServerPeers(host, names) : [];
  must(host, ["systemd-run", "--quiet", "--unit=agent", NODE, HOLDFAST, "serve", MANIFEST]);
  await host.until("the agent is ready", () => / 0 others| ready/.test(statusOf(host)));
  await sleep(SETTLE_MS);
  const resident = residentMib(host);
  const warm = await measurePairs(pairs, () => timed(host, plan()), floor);
  const what = `${Object.values(SIZE).reduce((sum: number, count: number) => sum + count, 0)} of a server`;
  return [
    row(`no-op plan of ${what}, one-shot`, oneShot, 600),
    row(`no-op plan of ${what}, of the agent`, warm, 150),
    {
      name: `idle memory, ${what}`,
      unit: "MiB",
      value: resident,
      aims: [aimAtMost(resident, 80, "MiB")],
    },
    ...peers,
  ];
}

function row(name: string, pairs: Awaited<ReturnType<typeof measurePairs>>, aimMs: number): Row {
  return { name, unit: "ms", ...pairs, aims: [aimAtMost(pairs.value, aimMs, "ms")] };
}

async function benchServerPeers(host: TestHost, names: ServerNames): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const peer of SERVER_PEERS) {
    if (host.run(["sh", "-c", 'command -v "$1"', "sh", peer.program]).code === 0) {
      rows.push(await benchServerPeer(host, names, peer));
    } else console.log(`${peer.name} is not installed`);
  }
  return rows;
}

async function benchServerPeer(host: TestHost, names: ServerNames, peer: ServerPeer): Promise<Row> {
  host.write(peer.path, peer.policyFor(names));
  must(host, ["chmod", "600", peer.path]);
  if (peer.workdir !== undefined) {
    const { path, folders } = peer.workdir;
    must(host, ["mkdir", "-p", "-m", "700", path, ...folders.map((name) => `${path}/${name}`)]);
    must(host, ["ln", "-sf", "/usr/bin/cf-promises", `${path}/bin/cf-promises`]);
  }
  // What it reads once only, and keeps, is not counted.
  must(host, peer.compare);
  const { value, floor, ratio } = await measurePairs(
    1,
    () => timed(host, [NODE, HOLDFAST, "plan", MANIFEST]),
    () => timed(host, peer.compare),
  );
  return { name: `the same against ${peer.name}`, unit: "ms", value, floor, ratio };
}

/** Makes a server of the machine. */
function prepare(host: TestHost): ServerNames {
  const installed = must(host, ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\\n"]);
  const packages = [...installed.matchAll(/^installed (\S+)$/gm)].map(([, name = ""]) => name);
  const services = Array.from({ length: SIZE.services }, (_, at) => `bench-${at}`);
  for (const name of services) {
    host.write(
      `/etc/systemd/system/${name}.service`,
      "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
    );
  }
  must(host, ["systemctl", "daemon-reload"]);
  must(host, ["systemctl", "enable", "--now", ...services]);
  const users = Array.from({ length: SIZE.users }, (_, at) => `bench${at}`);
  must(host, ["sh", "-c", 'for u in "$@"; do useradd -s /bin/sh "$u"; done', "sh", ...users]);
  return {
    packages: [...new Set(packages)].slice(0, SIZE.packages),
    services,
    users,
    parameters: parametersOf(host),
  };
}

/** Parameters of the machine's own network, with the values that they have. */
function parametersOf(host: TestHost): ReadonlyMap<string, string> {
  const listed = must(host, ["sysctl", "-a", "--pattern", "^net.ipv4.(tcp|conf.all)_?"]);
  const found = [...listed.matchAll(/^(\S+) = (\d+)$/gm)].map(
    ([, key = "", value = ""]) => [key, value] as const,
  );
  return new Map(found.slice(0, SIZE.parameters));
}

function statusOf(host: TestHost): string {
  return host.run([NODE, HOLDFAST, "status"]).output;
}

function residentMib(host: TestHost): number {
  const pid = host.property("agent.service", "MainPID");
  const status = host.read(`/proc/${pid}/status`) ?? "";
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function timed(host: TestHost, argv: readonly string[]): Promise<number> {
  const start = performance.now();
  must(host, argv);
  return performance.now() - start;
}

function must(host: TestHost, argv: readonly string[]): string {
  const { code, stdout, output } = host.run(argv, PATIENCE_MS);
  if (code !== 0) throw new Error(`${argv.slice(0, 4).join(" ")} ended with ${code}: ${output}`);
  return stdout;
}
