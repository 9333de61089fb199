import assert from "node:assert/strict";
import * as fs from "node:fs";
import { after, before, suite, test } from "node:test";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "./test-host.ts";
import { type LocalPackage, offerPackages } from "./testing/local-packages.ts";

const EXAMPLE = "/opt/holdfast-sources/examples/webserver.ts";
const APPLY_MS = 60_000;
const CHANGED_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi thief";
const SITE = "/etc/nginx/sites-available/site";
const missing = missingForTestHost();

/** What somebody does to a part of the web server, and what shows that it is whole again. */
const TAMPERS: readonly (readonly [part: string, tamper: string, isWhole: string])[] = [
  ["service", "systemctl stop nginx", "systemctl is-active nginx"],
  ["boot", "systemctl disable nginx", "systemctl is-enabled nginx"],
  ["site", `echo broken >> ${SITE}`, `! grep broken ${SITE}`],
  [
    "link",
    "ln -sf /dev/null /etc/nginx/sites-enabled/default",
    "readlink /etc/nginx/sites-enabled/default | grep sites-available/site",
  ],
  [
    "drop-in",
    "rm -r /etc/systemd/system/nginx.service.d",
    "systemctl show nginx -p LimitNOFILE | grep 65536",
  ],
  ["user", "usermod --shell /bin/false publish", "grep '^publish:.*:/bin/sh$' /etc/passwd"],
  [
    "foreign key",
    `echo '${CHANGED_KEY}' >> /srv/www/.ssh/authorized_keys`,
    "! grep thief /srv/www/.ssh/authorized_keys",
  ],
  [
    "kernel parameter",
    "sysctl -q -w net.core.somaxconn=128",
    "sysctl -n net.core.somaxconn | grep 4096",
  ],
  ["job", "rm /etc/cron.d/site-report", "test -s /etc/cron.d/site-report"],
  [
    "limits",
    "rm /etc/security/limits.d/90-holdfast-publish.conf",
    "test -s /etc/security/limits.d/90-holdfast-publish.conf",
  ],
  ["package", "dpkg --purge --force-all nginx", "dpkg-query -W nginx && systemctl is-active nginx"],
];

// The tests are steps of one run.
suite("the web server of the examples, with apt and systemd", { skip: missing ?? false }, () => {
  let host: TestHost;
  let chosenBefore: readonly string[] = [];

  before(async () => {
    host = await TestHost.boot();
    offerPackages(host, [NGINX]);
  });
  after(async () => host[Symbol.asyncDispose]());

  test("export: what was chosen before is written down, and planned it changes nothing", () => {
    chosenBefore = idsOf(exported("before"));
    assert.ok(chosenBefore.includes("file:/etc/apt/sources.list.d/local.list"));
  });

  test("examples/webserver.ts: one apply makes it, another finds nothing to do", () => {
    const first = apply();
    assert.equal(first.code, 0, first.output);
    assert.equal(host.run(["systemctl", "is-active", "nginx"]).stdout.trim(), "active");
    assert.equal(
      host.run(["stat", "-c", "%U:%G", "/srv/www/index.html"]).stdout.trim(),
      "publish:publish",
    );
    const again = apply();
    assert.match(again.output, /13 in sync/, again.output);
  });

  test("export: the web server is written down, as a manifest and as a blueprint, and changes nothing", () => {
    const text = exported("server");
    assert.deepEqual(
      idsOf(text).filter((id) => !chosenBefore.includes(id)),
      SERVER_IDS,
    );
    const blueprint = host.run([NODE, HOLDFAST, "export", "--out", "blueprint"], APPLY_MS);
    host.write("/opt/exported.ts", blueprint.stdout);
    assertPlannedEmpty("/opt/exported.ts");
    const again = host.run([NODE, HOLDFAST, "export"], APPLY_MS);
    assert.equal(again.stdout, text);
  });

  test("K2: whatever part of the web server is tampered with, it is put right", async (t) => {
    host.run(["systemd-run", "--quiet", "--unit=agent", NODE, HOLDFAST, "serve", EXAMPLE]);
    await host.until("the agent is ready", () => /13 ready/.test(host.holdfast(["status"]).output));
    for (const [part, tamper, isWhole] of TAMPERS) {
      run(tamper);
      const beganMs = performance.now();
      await host.until(`the ${part} is whole`, () => host.run(["sh", "-c", isWhole]).code === 0);
      t.diagnostic(`${part}: whole again after ${Math.round(performance.now() - beganMs)} ms`);
    }
    await host.until("all is ready", () => /13 ready/.test(host.holdfast(["status"]).output));
  });

  test("refresh: a changed site makes nginx load its configuration again, once", async () => {
    const before = reloads();
    run(`echo broken >> ${SITE}`);
    await host.until("it was loaded again", () => reloads() === before + 1);
    await host.until("all is ready", () => /13 ready/.test(host.holdfast(["status"]).output));
    assert.equal(reloads(), before + 1);
  });

  /** Exports into a file, which must plan nothing, and returns it. */
  function exported(name: string): string {
    const path = `/opt/${name}.yaml`;
    const run = host.run([NODE, HOLDFAST, "export", "--out-file", path], APPLY_MS);
    assert.equal(run.code, 0, run.output);
    assertPlannedEmpty(path);
    return host.read(path) ?? "";
  }

  function assertPlannedEmpty(path: string): void {
    const plan = host.run([NODE, HOLDFAST, "plan", path, "--detailed-exit-codes"], APPLY_MS);
    assert.equal(plan.code, 0, plan.output);
  }

  function apply() {
    return host.run([NODE, HOLDFAST, "apply", EXAMPLE], APPLY_MS);
  }

  function run(line: string): void {
    const { code, output } = host.run(["sh", "-c", line], APPLY_MS);
    assert.equal(code, 0, output);
  }

  function reloads(): number {
    return fs.readFileSync(host.at("/var/lib/nginx-reloads"), "utf8").length;
  }
});

/** What an export has of the example: what lies outside of /etc is not in it, and a user's own group comes with the user. */
const SERVER_IDS = [
  "package:nginx",
  "user:publish",
  "ssh-key:publish release",
  "file:/etc/nginx/sites-available/site",
  "sysctl:net.core.somaxconn",
  "limits:publish",
  "cron:site-report",
  "systemd-unit:nginx limits",
  "service:nginx",
];

/** The ids of the resources of an export, without its holes. */
function idsOf(text: string): readonly string[] {
  const found = text.matchAll(/^ {2}- (?:\{ )?kind: ([a-z-]+)[,\n]\s+name: (.+?)(?:,| \}|\n)/gm);
  return [...found].map(([, kind, name = ""]) => `${kind}:${name.replaceAll('"', "")}`);
}

const UNIT = `[Unit]
Description=stands in for nginx
[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'printf x >> /var/lib/nginx-reloads'
[Install]
WantedBy=multi-user.target
`;

/** Has nginx's name, unit and directories. */
const NGINX: LocalPackage = {
  name: "nginx",
  files: {
    "usr/lib/systemd/system/nginx.service": UNIT,
    "etc/nginx/sites-available/default": "",
    "etc/nginx/sites-enabled/.keep": "",
    "var/lib/nginx-reloads": "",
  },
  links: { "etc/nginx/sites-enabled/default": "/etc/nginx/sites-available/default" },
};
