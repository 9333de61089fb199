import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "../../test/testhost/test-host.ts";
import { eventsSince } from "../../test/testhost/testing/event-log.ts";
import { offerPackages } from "../../test/testhost/testing/local-packages.ts";
import { NGINX } from "../../test/testhost/testing/nginx-package.ts";
import { showEnded, step } from "./display.ts";

const SITE = "/etc/nginx/sites-available/default";
/** Where an agent finds it by itself. */
const MANIFEST = "/etc/holdfast/site.yaml";
/** A change within 500 ms after an observation waits for the end of that time; a repair is observed again too. */
const QUIET_MS = 1_100;

/** What somebody does to the web server. */
interface Tamper {
  readonly command: string;
  /** The resource that repairs it. */
  readonly id: string;
}

const TAMPERS: readonly Tamper[] = [
  { command: "systemctl stop nginx", id: "service:nginx" },
  { command: `echo 'listen 81;' >> ${SITE}`, id: `file:${SITE}` },
  { command: "systemctl disable nginx", id: "service:nginx" },
  { command: `rm ${SITE}`, id: `file:${SITE}` },
  { command: "dpkg --purge --force-all nginx", id: "package:nginx" },
];

/** What this machine lacks to boot another one with packages of Debian; `undefined` when it lacks nothing. */
export function missingForMachine(): string | undefined {
  const isDebian = ["/usr/bin/apt-get", "/usr/bin/dpkg-deb"].every((path) => existsSync(path));
  return isDebian ? missingForTestHost() : "needs apt and dpkg";
}

/**
 * Shows a web server in a disposable machine with a real systemd, apt and dpkg: plan, apply, plan again, then an agent
 * that repairs what is done to it. Nothing is left of the machine. Its nginx is a stand-in, because it has no network.
 */
export async function showMachine(): Promise<void> {
  await using host = await TestHost.boot();
  offerPackages(host, [NGINX]);
  host.write(MANIFEST, readFileSync(new URL("../nginx.yaml", import.meta.url), "utf8"));
  planAndApply(host);
  await serve(host);
}

function planAndApply(host: TestHost): void {
  showEnded("holdfast plan", host.holdfast(["plan", MANIFEST]), 0);
  showEnded("holdfast apply", host.holdfast(["apply", MANIFEST]), 0);
  const again = host.holdfast(["plan", MANIFEST, "--detailed-exit-codes"]);
  showEnded("holdfast plan", again, 0);
}

/** An agent keeps the web server while somebody tampers with it. */
async function serve(host: TestHost): Promise<void> {
  host.run(["systemd-run", "--quiet", "--unit=agent", NODE, HOLDFAST, "serve", MANIFEST]);
  await ready(host);
  step("holdfast serve", "3 resources are watched");
  for (const tamper of TAMPERS) {
    await showRepair(host, tamper);
    await ready(host);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
  assert.equal(host.run(["systemctl", "is-active", "nginx"]).stdout, "active\n");
  host.run(["systemctl", "stop", "agent"]);
}

async function ready(host: TestHost): Promise<void> {
  await host.until("all is ready", () => /3 ready/.test(host.holdfast(["status"]).output));
}

async function showRepair(host: TestHost, { command, id }: Tamper): Promise<void> {
  const line = `date +%s%3N; { ${command}; } > /dev/null || exit; date +%s%3N`;
  const { code, stdout, output } = host.run(["sh", "-c", line]);
  assert.equal(code, 0, output);
  const [beganAt = 0, endedAt = 0] = stdout.trim().split("\n").map(Number);
  const seen = (reason: string) =>
    eventsSince(host, beganAt).find((event) => event.id === id && event.reason === reason);
  await host.until(`the repair of ${id}`, () => seen("Changed") !== undefined);
  const repairedMs = (seen("Changed")?.atMs ?? 0) - beganAt;
  console.log(`  # ${command}    (took ${endedAt - beganAt} ms)`);
  console.log(`    ${id}: noticed by "${seen("Drift")?.trigger}", repaired after ${repairedMs} ms`);
}
