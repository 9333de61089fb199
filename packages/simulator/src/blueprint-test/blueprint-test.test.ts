import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  assert as must,
  buildGraph,
  createCatalog,
  type JsonObject,
  readManifest,
  silentLog,
} from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import { listStandardKinds } from "@holdfast/resources";
import type { Desired } from "../machine/desired.ts";
import { createSimulatedKernel } from "@holdfast/testing";
import { Assumptions } from "./assumptions.ts";
import { type BlueprintTest, type TestOptions, tryManifest } from "./blueprint-test.ts";
import { siteCommands } from "./site-commands.ts";

type Declared = readonly [kind: string, name: string, spec: JsonObject, meta?: JsonObject];

function desired(resources: readonly Declared[]): Desired {
  const catalog = createCatalog(listStandardKinds());
  const text = JSON.stringify({
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "tried" },
    resources: resources.map(([kind, name, spec, meta = {}]) => ({ kind, name, spec, meta })),
  });
  const files = [{ file: "tried.json", format: "json" as const, text }];
  const { value, diagnostics } = readManifest(files, { catalog, hash: sha256 });
  must(value !== undefined, JSON.stringify(diagnostics));
  const graph = buildGraph(value.resources, { catalog, log: silentLog }).value;
  must(graph !== undefined, "the graph is wrong");
  return { graph, digest: value.digest };
}

function tried(
  resources: readonly Declared[],
  more: Partial<TestOptions> = {},
): Promise<BlueprintTest> {
  return tryManifest({
    kinds: listStandardKinds(),
    desired: desired(resources),
    runs: 25,
    ...more,
  });
}

/** The one thing that is found. */
async function found(resources: readonly Declared[], more: Partial<TestOptions> = {}) {
  const { problems, parts } = await tried(resources, more);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  assert.ok(parts.some(({ isProved }) => !isProved));
  const [problem] = problems;
  must(problem !== undefined, "there is one");
  assert.ok(problem.story.length > 0, "it has a story");
  return problem;
}

suite("a test of a manifest", () => {
  test("K7: a firewall outlives the agent, and whatever becomes of its files converges", async () => {
    const rules = [
      { connection: ["established", "related"], action: "accept" },
      { inInterface: "lo", action: "accept" },
      { protocol: "icmpv6", action: "accept" },
      { protocol: "tcp", port: 22, action: "accept" },
    ];
    const chains = { input: { hook: "input", policy: "drop", rules } };
    const { problems } = await tried([["firewall", "web", { chains }]]);
    assert.deepEqual(problems, []);
  });

  test("a correct manifest is proved in every part, and covers every resource", async () => {
    const blueprintTest = await tried([
      ["directory", "/srv/app", { mode: "0755" }],
      ["file", "/srv/app/conf", { mode: "0640", owner: "deploy" }],
      ["file", "/srv/app/page", { content: "a\n" }],
      [
        "line",
        "port",
        { path: "/srv/app/conf", line: "port 1" },
        { dependsOn: ["file:/srv/app/conf"], noop: true },
      ],
      ["link", "/srv/current", { target: "app" }],
      ["exec", "migrate", { command: ["migrate", "up"], idempotencyKey: "m1" }],
    ]);
    assert.deepEqual(blueprintTest.problems, []);
    assert.ok(blueprintTest.parts.every(({ isProved, runs }) => isProved && runs > 0));
    for (const { id, applied, repaired, failed, cutOff } of blueprintTest.coverage) {
      if (id === "line:port") assert.equal(applied, 0, "noop");
      else assert.ok(applied > 0 && failed + cutOff > 0, `${id} ${failed} ${cutOff}`);
      if (id.startsWith("file:")) assert.ok(repaired > 0);
    }
  });

  test("one seed gives one test run, another seed another", async () => {
    const resources: readonly Declared[] = [["file", "/etc/a", { content: "a" }]];
    const [first, second, other] = [
      await tried(resources),
      await tried(resources),
      await tried(resources, { seed: 2 }),
    ];
    assert.deepEqual(first.coverage, second.coverage);
    assert.notDeepEqual(first.coverage, other.coverage);
  });

  test("a command that the simulated machine does not know is taken for granted, and said", async () => {
    const exec = { command: ["/opt/vendor/setup"], unless: ["/opt/vendor/is-set-up"] };
    const { problems, assumed } = await tried([["exec", "setup", exec]]);
    assert.deepEqual(problems, []);
    assert.deepEqual([...assumed], [["exec:setup", "/opt/vendor/setup"]]);
  });

  test("K1: a check that the simulated machine does not know is taken for granted, and said", async () => {
    const validate = ["/opt/vendor/check", "--config=%s.new"];
    const { problems, assumed } = await tried([["file", "/etc/a", { content: "a", validate }]]);
    assert.deepEqual(problems, []);
    assert.deepEqual([...assumed], [["file:/etc/a", "/opt/vendor/check"]]);
  });

  test("a command that a kind runs by itself, and that has no model, is not simulated and never a success", async () => {
    const commands = siteCommands(createSimulatedKernel(), new Assumptions([]), new Set());
    const request = { argv: ["useradd", "app"], env: {}, timeoutMs: 1_000 } as const;
    const { signal } = new AbortController();
    for (const run of [commands.run, commands.query]) {
      const refused = { reason: "NotBuilt", message: /^useradd is not simulated: .* useradd$/ };
      await assert.rejects(run(request, signal), refused);
    }
  });

  test("K3, K4, K6, K8: of a server the packages, units, accounts and kernel parameters that it needs are taken for granted", async () => {
    const { problems, parts, assumed } = await tried(
      [
        ["package", "proxy", { version: "1.2.*" }],
        ["file", "/etc/proxy/site.conf", { content: "a\n", owner: "www-data" }],
        [
          "line",
          "workers",
          { path: "/etc/proxy/proxy.conf", line: "workers 4" },
          { dependsOn: ["package:proxy"] },
        ],
        ["service", "proxy", { state: "running", enabled: true }],
        ["service", "sshd", { state: "running" }],
        ["group", "web", {}],
        ["user", "web", { group: "web", groups: ["adm"] }],
        ["sysctl", "net.core.somaxconn", { value: 4096 }],
      ],
      { runs: 8 },
    );
    assert.deepEqual(problems, []);
    assert.ok(parts.every(({ isProved }) => isProved));
    const words = "that it brings /etc/proxy, /etc/proxy/proxy.conf, proxy.service";
    assert.deepEqual([...assumed], [["package:proxy", words]]);
  });

  test("a command that no package brings is not taken for granted", async () => {
    const { about, what } = await found([["file", "/etc/proxy/site.conf", { content: "a\n" }]]);
    assert.deepEqual(about, ["file:/etc/proxy/site.conf"]);
    assert.match(what, /ParentMissing|cannot be made/);
  });

  test("a resource that fails by itself is not put down to another one that fails", async () => {
    const { problems } = await tried([
      ["file", "/opt/one/conf", { content: "a\n" }],
      ["file", "/opt/two/conf", { content: "a\n" }],
    ]);
    assert.deepEqual(
      problems.map(({ about }) => about),
      [["file:/opt/one/conf"], ["file:/opt/two/conf"]],
    );
  });

  test("the content of a URL is taken for granted, and said", async () => {
    const contentFrom = { url: "https://example.org/a", sha256: "0".repeat(64) };
    const { problems, assumed } = await tried([["file", "/etc/a", { contentFrom }]]);
    assert.deepEqual(problems, []);
    assert.match(assumed.get("file:/etc/a" as never) ?? "", /example\.org/);
  });

  test("a checkout from another machine fails as one that cannot be reached, and not as a mistake of ours", async () => {
    const spec = { repository: "https://example.org/a.git", branch: "main" };
    const { what } = await found([["git-checkout", "/opt/a", spec]]);
    assert.match(what, /RemoteUnreachable: https:\/\/example\.org\/a\.git/);
  });

  test("B5: that conditions hold is taken for granted, and said", async () => {
    const meta = { condition: [{ mount: "/srv/data" }, { not: { file: "/etc/off" } }] };
    const { problems, assumed } = await tried([["file", "/etc/a", { content: "a" }, meta]]);
    assert.deepEqual(problems, []);
    assert.deepEqual([...assumed], [["file:/etc/a", "that its conditions hold"]]);
  });

  test("K6: a user that is declared is not taken to be there because another resource names it", async () => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER";
    const { problems } = await tried([
      ["user", "kim", { createHome: true }],
      ["ssh-key", "kim", { user: "kim", key }],
    ]);
    assert.deepEqual(problems, []);
  });

  test("K4: running units go on when the agent ends, and units are installed where nobody verifies them", async () => {
    const text = "[Service]\nExecStart=/bin/sleep infinity\n";
    const { problems } = await tried([
      ["systemd-unit", "web", { text }, { notify: ["service:web"] }],
      ["service", "web", { state: "running" }],
    ]);
    assert.deepEqual(problems, []);
  });

  test("paths that are on every machine can be named", async () => {
    const copy: Declared = [
      "exec",
      "copy",
      { command: ["cp", "/opt/vendor/a", "/etc/a"], creates: "/etc/a" },
    ];
    const problem = await found([copy]);
    assert.match(problem.remedy, /--exists/);
    const { problems } = await tried([copy], { exists: ["/opt/vendor/a"] });
    assert.deepEqual(problems, []);
  });

  test("two that undo each other are found, though each is right when it is made", async () => {
    const exec = { command: ["touch", "/etc/done"], creates: "/etc/done" };
    const absent = { state: "absent" };
    const { about, what } = await found([
      ["exec", "touch", exec],
      ["file", "/etc/done", absent, { dependsOn: ["exec:touch"] }],
    ]);
    assert.match(what, /fight|again/);
    assert.ok(about.includes("exec:touch" as never) || about.includes("file:/etc/done" as never));
  });

  test("K5: with onNotify a command is proved by what notifies it, and counted as refreshed", async () => {
    const { problems, coverage } = await tried(
      [
        ["file", "/etc/app", { content: "a" }, { notify: ["exec:build"] }],
        ["exec", "build", { command: ["cp", "/etc/app", "/etc/app.db"], onNotify: true }],
      ],
      { runs: 10 },
    );
    assert.deepEqual(problems, []);
    const build = coverage.find(({ id }) => id === "exec:build");
    assert.ok(build !== undefined && build.applied === 0 && build.refreshed > 0);
  });

  test("of two that fight nobody else is blamed, and one mistake does not hide another", async () => {
    const { problems } = await tried([
      ["directory", "/srv/app", { mode: "0750", recurse: { mode: "0640" } }],
      ["file", "/srv/app/README", { content: "read me\n", mode: "0640" }],
      ["file", "/srv/app/start", { content: "#!/bin/sh\n", mode: "0755" }],
      ["file", "/srv/app/stop", { content: "#!/bin/sh\n", mode: "0755" }],
      ["exec", "endless", { command: ["touch", "/etc/one"], creates: "/etc/two" }],
      ["exec", "copy", { command: ["cp", "/srv/late/a", "/srv/b"], creates: "/srv/b" }],
      ["directory", "/srv/late", {}],
      ["file", "/srv/late/a", { content: "a" }],
      ["exec", "hopeless", { command: ["false"], creates: "/etc/never" }],
    ]);
    assert.deepEqual(
      problems.map(({ about }) => about.join(" ")),
      [
        "exec:endless",
        "exec:copy file:/srv/late/a",
        "exec:hopeless",
        "directory:/srv/app file:/srv/app/start",
        "file:/srv/app/stop directory:/srv/app",
      ],
    );
  });

  test("of a resource with two mistakes the first is explained, although the second stays", async () => {
    const { about } = await found([
      ["directory", "/srv/web", { mode: "0750" }],
      ["exec", "open", { command: ["chmod", "777", "/srv/web"], creates: "/srv/never" }],
    ]);
    assert.deepEqual(about, ["exec:open", "directory:/srv/web"]);
  });

  test("K9: a machine that is to boot again is tried beyond its boot, with zone and language", async () => {
    const { problems } = await tried(
      [
        ["hostname", "web1", { hostsLine: true }],
        ["timezone", "Europe/Berlin", {}],
        ["locale", "de_DE.UTF-8", { variables: { LC_TIME: "en_GB.UTF-8" } }],
        ["reboot", "once", {}, { dependsOn: ["hostname:web1"] }],
        ["file", "/etc/after", { content: "it has been" }, { dependsOn: ["reboot:once"] }],
      ],
      { runs: 10 },
    );
    assert.deepEqual(problems, []);
  });

  test("a resource that cannot be made at all is found in the first run, with the fault's own advice", async () => {
    const { part, about, what } = await found([["file", "/nowhere/a", { content: "a" }]]);
    assert.equal(part, "first run");
    assert.deepEqual(about, ["file:/nowhere/a"]);
    assert.match(what, /NotFound/);
  });

  test("an upgrade is tested, and names what the old manifest leaves behind", async () => {
    const old = desired([
      ["file", "/etc/a", { content: "old" }],
      ["file", "/etc/left", { content: "old" }],
    ]);
    const blueprintTest = await tried([["file", "/etc/a", { content: "new" }]], { old });
    assert.deepEqual(blueprintTest.problems, []);
    assert.deepEqual(blueprintTest.leftBehind, ["/etc/left"]);
  });

  test("an upgrade that something of the old manifest stands in the way of is found", async () => {
    const old = desired([["directory", "/etc/a", {}]]);
    const { part, what } = await found([["file", "/etc/a", { content: "new" }]], { old });
    assert.equal(part, "upgrade");
    assert.match(what, /WrongType/);
  });
});
