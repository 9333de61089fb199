import assert from "node:assert/strict";
import * as fs from "node:fs";
import { after, before, suite, test, type TestContext } from "node:test";
import type { Blueprint } from "@holdfast/core";
import baseline from "../../examples/baseline.ts";
import cis from "../../examples/cis-debian12/main.ts";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "./test-host.ts";
import { type Declared, declaredBy } from "./testing/declared.ts";
import { examplePackages } from "./testing/example-packages.ts";
import { offerPackages } from "./testing/local-packages.ts";
import { type Repair, TamperRun } from "./testing/tamper-run.ts";
import { controlsOf } from "./testing/tampers.ts";

const APPLY_MS = 120_000;
/** Which of the benchmark's keys of the kernel must be right before, because they are those of the machine below. */
const BORROWED_KEYS = [
  { section: "1.5.1", key: "kernel/randomize_va_space", value: "2" },
  { section: "1.5.2", key: "kernel/yama/ptrace_scope", value: "1" },
  { section: "1.5.3", key: "fs/suid_dumpable", value: "0" },
];
/** What is asked of the benchmark's example. */
const FEWEST_CONTROLS = 60;
const missing = missingForTestHost();

interface Example {
  readonly path: string;
  readonly blueprint: Blueprint;
  readonly parameters: Readonly<Record<string, string>>;
}

const BASELINE: Example = {
  path: "baseline.ts",
  blueprint: baseline,
  parameters: { packages: "rsync,tree" },
};
const CIS: Example = {
  path: "cis-debian12/main.ts",
  blueprint: cis,
  parameters: { skip: keysElsewhere().join(","), sshGroups: "operators" },
};

// The tests are steps of one run: the benchmark comes to a machine that has the baseline.
suite("examples for a fleet, with apt and systemd", { skip: missing ?? false }, () => {
  let host: TestHost;

  before(async () => {
    host = await TestHost.boot();
    prepare(host);
  });
  after(async () => host[Symbol.asyncDispose]());

  for (const example of [BASELINE, CIS]) {
    const declared = declaredBy(example.blueprint, example.parameters);

    test(`${example.path}: one apply makes it, another finds nothing to do`, () => {
      const first = apply(example);
      assert.equal(first.code, 0, first.output);
      const again = apply(example);
      assert.match(again.output, new RegExp(`Applied: ${declared.length} in sync`), again.output);
    });

    test(`K2: ${example.path}: each resource is tampered with, and repaired`, async (t) => {
      const controls = await tamperWithAll(t, host, example, declared);
      assert.deepEqual(controls, new Set(declared.flatMap(controlsOf)));
      if (example === CIS) assert.ok(controls.size >= FEWEST_CONTROLS, `${controls.size} controls`);
      t.diagnostic(`${controls.size} controls of ${declared.length} resources`);
    });
  }

  function apply(example: Example) {
    return host.run(argvOf("apply", example), APPLY_MS);
  }
});

/** Returns the controls that something was done against. */
async function tamperWithAll(
  t: TestContext,
  host: TestHost,
  example: Example,
  declared: readonly Declared[],
): Promise<ReadonlySet<string>> {
  host.run(["systemd-run", "--quiet", "--collect", "--unit=agent", ...argvOf("serve", example)]);
  try {
    const run = await TamperRun.begin(host, declared);
    const repairs = await run.all();
    for (const repair of repairs) t.diagnostic(lineOf(repair));
    return new Set(repairs.flatMap(({ tamper }) => tamper.controls));
  } finally {
    host.run(["systemctl", "stop", "agent"]);
  }
}

function lineOf({ tamper: { id, part, controls }, elapsedMs }: Repair): string {
  const control = controls.join(" ").slice(0, 24).padEnd(24);
  return `${control} ${id.padEnd(56)} ${part.padEnd(13)} ${Math.round(elapsedMs)} ms`;
}

function argvOf(command: string, { path, parameters }: Example): string[] {
  const source = `/opt/holdfast-sources/examples/${path}`;
  const given = Object.entries(parameters).flatMap(([name, value]) => [
    "--param",
    `${name}=${value}`,
  ]);
  return [NODE, HOLDFAST, command, source, ...given];
}

function prepare(host: TestHost): void {
  const declared = [BASELINE, CIS].flatMap((each) => declaredBy(each.blueprint, each.parameters));
  const names = declared.filter(({ kind }) => kind === "package").map(({ name }) => name);
  offerPackages(host, examplePackages(names));
  for (const path of ["/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"]) {
    host.write(path, "");
  }
  host.write("/boot/grub/grub.cfg", "");
  host.write("/etc/security/opasswd", "");
  // The one that comes with systemd works in no container: the machine masks it, and gets one that runs.
  fs.rmSync(host.at("/run/systemd/system/systemd-timesyncd.service"), { force: true });
  host.run(["dpkg", "--purge", "--force-all", "systemd-timesyncd"]);
  host.run(["systemctl", "daemon-reload"]);
  host.run(["apt-get", "-qq", "update"]);
}

function keysElsewhere(): readonly string[] {
  return BORROWED_KEYS.filter(({ key, value }) => {
    const path = `/proc/sys/${key}`;
    return !fs.existsSync(path) || fs.readFileSync(path, "utf8").trim() !== value;
  }).map(({ section }) => section);
}
