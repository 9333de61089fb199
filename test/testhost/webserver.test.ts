import assert from "node:assert/strict";
import * as fs from "node:fs";
import { after, before, suite, test } from "node:test";
import { blockOfReadme, shownInReadme, withoutDurations } from "../command/readme.ts";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "./test-host.ts";
import { eventsSince } from "./testing/event-log.ts";
import { offerPackages } from "./testing/local-packages.ts";
import { NGINX } from "./testing/nginx-package.ts";

const EXAMPLE = "/opt/holdfast-sources/examples/webserver.ts";
const APPLY_MS = 60_000;
const CHANGED_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi thief";
const SITE = "/etc/nginx/sites-available/site";
const missing = missingForTestHost();

/** What the optional parts of the example are made of, in the machine. */
const GIVEN = {
  certificates: "/srv/pki",
  authority: "/srv/pki/site.pem",
  repository: "/srv/site.git",
};
const PARAMETERS = Object.entries(GIVEN).flatMap(([name, path]) => ["--param", `${name}=${path}`]);
/** A change within 500 ms after an observation is seen at the end of that time; a repair is observed again too. */
const QUIET_MS = 1_100;

/** What somebody does to a part of the web server, and what shows that it is whole again. */
interface Tamper {
  readonly part: string;
  /** The resource that repairs it. */
  readonly id: string;
  readonly command: string;
  readonly isWhole: string;
}

/** Two of one resource do not stand beside each other: the second would have to wait. */
const TAMPERS: readonly Tamper[] = [
  {
    part: "service stopped",
    id: "service:nginx",
    command: "systemctl stop nginx",
    isWhole: "systemctl is-active nginx",
  },
  {
    part: "site written into",
    id: `file:${SITE}`,
    command: `echo broken >> ${SITE}`,
    isWhole: `! grep broken ${SITE}`,
  },
  {
    part: "drop-in edited",
    id: "systemd-unit:nginx limits",
    command:
      "sed -i s/65536/7/ /etc/systemd/system/nginx.service.d/limits.conf && systemctl daemon-reload",
    isWhole: "systemctl show nginx -p LimitNOFILE | grep 65536",
  },
  {
    part: "passwd edited by rename",
    id: "user:publish",
    command: "sed -i '/^publish:/s#/bin/sh$#/bin/false#' /etc/passwd",
    isWhole: "grep '^publish:.*:/bin/sh$' /etc/passwd",
  },
  {
    part: "unmounted",
    id: "mount:/var/cache/nginx",
    command: "umount /var/cache/nginx",
    isWhole: "mountpoint /var/cache/nginx",
  },
  {
    part: "kernel parameter set",
    id: "sysctl:net.core.somaxconn",
    command: "sysctl -q -w net.core.somaxconn=128",
    isWhole: "sysctl -n net.core.somaxconn | grep 4096",
  },
  {
    part: "cron file deleted",
    id: "cron:site-report",
    command: "rm /etc/cron.d/site-report",
    isWhole: "test -s /etc/cron.d/site-report",
  },
  {
    part: "checkout's head moved",
    id: "git-checkout:/srv/site",
    command: "git -C /srv/site checkout --quiet --detach HEAD~1",
    isWhole: "grep second /srv/site/index.html",
  },
  {
    part: "authorized key replaced",
    id: "ssh-key:release",
    command: `echo '${CHANGED_KEY}' > /srv/www/.ssh/authorized_keys`,
    isWhole:
      "grep release /srv/www/.ssh/authorized_keys && ! grep thief /srv/www/.ssh/authorized_keys",
  },
  {
    part: "unit masked",
    id: "service:nginx",
    command: "systemctl mask nginx",
    isWhole: "systemctl is-enabled nginx && systemctl is-active nginx",
  },
  {
    part: "link turned",
    id: "link:/etc/nginx/sites-enabled/default",
    command: "ln -sf /dev/null /etc/nginx/sites-enabled/default",
    isWhole: "readlink /etc/nginx/sites-enabled/default | grep sites-available/site",
  },
  {
    part: "drop-in removed",
    id: "systemd-unit:nginx limits",
    command: "rm -r /etc/systemd/system/nginx.service.d",
    isWhole: "systemctl show nginx -p LimitNOFILE | grep 65536",
  },
  {
    part: "certificate removed",
    id: "directory:/etc/nginx/certificates",
    command: "rm /etc/nginx/certificates/site.pem",
    isWhole: "cmp /etc/nginx/certificates/site.pem /srv/pki/site.pem",
  },
  {
    part: "authority removed",
    id: "ca-certificate:site-authority",
    command: "rm /usr/local/share/ca-certificates/site-authority.crt",
    isWhole: "test -s /usr/local/share/ca-certificates/site-authority.crt",
  },
  {
    part: "limits removed",
    id: "limits:publish",
    command: "rm /etc/security/limits.d/90-holdfast-publish.conf",
    isWhole: "test -s /etc/security/limits.d/90-holdfast-publish.conf",
  },
  {
    part: "package held",
    id: "package:nginx",
    command: "echo nginx hold | dpkg --set-selections",
    isWhole: "! dpkg --get-selections nginx | grep hold",
  },
  {
    part: "user removed",
    id: "user:publish",
    command: "userdel publish",
    isWhole: "grep '^publish:.*:/bin/sh$' /etc/passwd",
  },
  {
    part: "service disabled",
    id: "service:nginx",
    command: "systemctl disable nginx",
    isWhole: "systemctl is-enabled nginx",
  },
  {
    part: "package purged",
    id: "package:nginx",
    command: "dpkg --purge --force-all nginx",
    isWhole: "dpkg-query -W nginx && systemctl is-active nginx",
  },
];

/** One line of the table. The times are from the begin of the command that tampers. */
interface Repair {
  readonly tamper: Tamper;
  readonly commandMs: number;
  /** What noticed it, as the agent says. */
  readonly trigger: string;
  readonly begunMs: number;
  readonly repairedMs: number;
}

// The tests are steps of one run.
suite("the web server of the examples, with apt and systemd", { skip: missing ?? false }, () => {
  let host: TestHost;
  let chosenBefore: readonly string[] = [];

  before(async () => {
    host = await TestHost.boot();
    offerPackages(host, [NGINX]);
    giveParts(host);
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
    assert.equal(host.run(["stat", "-c", "%U:%G", "/srv/www"]).stdout.trim(), "publish:publish");
    assert.match(host.read(SITE) ?? "", /^ {2}listen 443 ssl;\n.*\n.*\n {2}server_name www\./m);
    assert.match(host.read("/srv/site/index.html") ?? "", /second/);
    const again = apply();
    assert.match(again.output, /17 in sync/, again.output);
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

  test("K2: whatever part of the web server is tampered with, an event tells of it and it is put right", async (t) => {
    const serve = [NODE, HOLDFAST, "serve", EXAMPLE, ...PARAMETERS];
    host.run(["systemd-run", "--quiet", "--unit=agent", ...serve]);
    await host.until("the agent is ready", () => isReady());
    const repairs: Repair[] = [];
    const repairedAt = new Map<string, number>();
    for (const tamper of TAMPERS) {
      await quietSince(repairedAt.get(tamper.id) ?? 0);
      repairs.push(await repairOf(tamper));
      repairedAt.set(tamper.id, Date.now());
    }
    t.diagnostic(`\n${tableOf(repairs)}`);
    const missed = repairs.filter(({ trigger }) => trigger === "resync" || trigger === "");
    assert.deepEqual(missed, []);
    await host.until("all is ready", () => isReady());
  });

  test("refresh: a changed site makes nginx load its configuration again, once", async () => {
    const before = reloads();
    run(`echo broken >> ${SITE}`);
    await host.until("it was loaded again", () => reloads() === before + 1);
    await host.until("all is ready", () => isReady());
    assert.equal(reloads(), before + 1);
  });

  test("run: an operator restarts nginx through the agent, once for a key, and what does not exist is named", async () => {
    const ask = (...args: string[]) => host.run([NODE, HOLDFAST, "run", ...args], APPLY_MS);
    const pid = () => host.property("nginx.service", "MainPID");
    const first = pid();
    const done = ask("service:nginx", "restart", "--key", "rotated");
    assert.equal(done.code, 0, done.output);
    assert.match(done.output, /^✓ restart of service:nginx: done, /);
    const second = pid();
    assert.notEqual(second, first);
    assert.match(ask("service:nginx", "restart", "--key", "rotated").output, /done before/);
    assert.equal(pid(), second);
    const wrong = ask("service:nginx", "rest");
    assert.match(
      wrong.output,
      /NotFound: service:nginx has no operation "rest"\n→ .*restart, reload/,
    );
    assert.equal(wrong.code, 1);
    await host.until("all is ready", () => isReady());
  });

  test("README: plan and apply of its web server print what it shows, and a second apply finds nothing to do", () => {
    run("systemctl stop agent; systemctl disable --now nginx; dpkg --purge --force-all nginx");
    run("rm -rf /etc/nginx /etc/systemd/system/nginx.service.d; systemctl daemon-reload");
    const path = "/opt/nginx.yaml";
    host.write(path, blockOfReadme("yaml"));
    for (const command of ["plan", "apply"]) {
      const { output } = host.run([NODE, HOLDFAST, command, path], APPLY_MS);
      assert.equal(withoutDurations(output), withoutDurations(shownInReadme(command)));
    }
    assert.match(host.holdfast(["apply", path]).output, /^Applied: 3 in sync/);
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
    return host.run([NODE, HOLDFAST, "apply", EXAMPLE, ...PARAMETERS], APPLY_MS);
  }

  function isReady(): boolean {
    return /17 ready/.test(host.holdfast(["status"]).output);
  }

  /** Tampers, and waits until the agent says that it repaired it, and all of it is so. */
  async function repairOf(tamper: Tamper): Promise<Repair> {
    const line = `date +%s%3N; { ${tamper.command}; } > /dev/null || exit; date +%s%3N`;
    const { code, stdout, output } = host.run(["sh", "-c", line], APPLY_MS);
    assert.equal(code, 0, output);
    const [beganAt = 0, endedAt = 0] = stdout.trim().split("\n").map(Number);
    const seen = (reason: string) =>
      eventsSince(host, beganAt).find((event) => event.id === tamper.id && event.reason === reason);
    await host.until(`the repair: ${tamper.part}`, () => seen("Changed") !== undefined);
    await host.until(
      `whole again: ${tamper.part}`,
      () => host.run(["sh", "-c", tamper.isWhole]).code === 0,
    );
    return {
      tamper,
      commandMs: endedAt - beganAt,
      trigger: seen("Drift")?.trigger ?? "",
      begunMs: (seen("Drift")?.atMs ?? beganAt) - beganAt,
      repairedMs: (seen("Changed")?.atMs ?? beganAt) - beganAt,
    };
  }

  function run(line: string): void {
    const { code, output } = host.run(["sh", "-c", line], APPLY_MS);
    assert.equal(code, 0, output);
  }

  function reloads(): number {
    return fs.readFileSync(host.at("/var/lib/nginx-reloads"), "utf8").length;
  }
});

async function quietSince(atMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs + QUIET_MS - Date.now())));
}

function tableOf(repairs: readonly Repair[]): string {
  const head = ["what was done", "noticed by", "took ms", "begun ms", "repaired ms"];
  const rows = repairs.map(({ tamper, commandMs, trigger, begunMs, repairedMs }) => [
    tamper.part,
    trigger,
    ...[commandMs, begunMs, repairedMs].map(String),
  ]);
  const widths = [25, 40, 8, 9, 12];
  const lineOf = (columns: readonly string[]): string =>
    columns
      .map((text, at) => (at < 2 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join(" ");
  return [head, ...rows].map(lineOf).join("\n");
}

/** A certificate with its key, and a repository with two commits of the site. */
function giveParts(host: TestHost): void {
  const subject = ["-subj", "/CN=www.example.org", "-days", "1000"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const files = ["-keyout", "/srv/pki/site.key", "-out", "/srv/pki/site.pem"];
  const git = "git -c user.name=nobody -c user.email=nobody@example.org";
  const commands = [
    "mkdir -p /srv/pki /srv/site.git && cd /srv/site.git",
    ["openssl", "req", "-x509", ...curve, ...subject, ...files].join(" "),
    "git init --quiet --initial-branch=main",
    ...["first", "second"].map(
      (text) => `echo ${text} > index.html && git add . && ${git} commit --quiet -m ${text}`,
    ),
  ];
  const { code, output } = host.run(["sh", "-ec", commands.join("\n")]);
  assert.equal(code, 0, output);
}

/** What an export has of the example: what lies outside of /etc is not in it, a private key never, and a user's own group comes with the user. */
const SERVER_IDS = [
  "package:nginx",
  "user:publish",
  "ssh-key:publish release",
  "ca-certificate:site-authority",
  "mount:/var/cache/nginx",
  "directory:/etc/nginx/certificates",
  "file:/etc/nginx/certificates/site.pem",
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
