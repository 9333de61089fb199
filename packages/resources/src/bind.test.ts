import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import type { AptRepositoryInput } from "./apt-repository/fields.ts";
import { aptRepositoryKind } from "./apt-repository/kind.ts";
import { ARMORED_KEY } from "./apt-repository/testing/armored-key.ts";
import { cronKind } from "./cron/kind.ts";
import { directoryKind } from "./directory/kind.ts";
import { execKind } from "./exec/kind.ts";
import { fileKind } from "./file/kind.ts";
import { groupKind } from "./group/kind.ts";
import { kernelModuleKind } from "./kernel-module/kind.ts";
import { limitsKind } from "./limits/kind.ts";
import { lineKind } from "./line/kind.ts";
import { linkKind } from "./link/kind.ts";
import { packageKind } from "./package/kind.ts";
import { listStandardKinds } from "./standard-kinds.ts";
import { sshKeyKind } from "./ssh-key/kind.ts";
import { ALICE, BOB } from "./ssh-key/testing/sample-keys.ts";
import { sysctlKind } from "./sysctl/kind.ts";
import { userKind } from "./user/kind.ts";

interface Bindable<Input> {
  bind(name: string, input: Input, report: BindReport): unknown;
}

/** Binds, and compares what was reported as `field: summary`. */
function check<Input>(
  kind: Bindable<Input>,
  [name, input]: readonly [string, Input],
  expected: readonly string[],
): void {
  const reported: string[] = [];
  kind.bind(name, input, (path, summary, detail) => {
    assert.match(detail, /\w{3}/);
    reported.push(`${path}: ${summary}`);
  });
  assert.deepEqual(reported, expected);
}

suite("bind reports what the schema cannot say", () => {
  test("paths are absolute and have one spelling", () => {
    check(fileKind, ["/etc/motd", {}], []);
    check(fileKind, ["etc/motd", {}], [": not an absolute path"]);
    check(fileKind, ["/etc//motd", {}], [": not a plain path"]);
    check(fileKind, ["/etc/motd/", {}], [": not a plain path"]);
    check(fileKind, ["/etc/../motd", {}], [": not a plain path"]);
    check(fileKind, ["/a\0b", {}], [": not a path"]);
    check(fileKind, ["/", {}], [": not a file"]);
    check(fileKind, [`/${"n".repeat(255)}`, {}], []);
    check(fileKind, [`/${"n".repeat(256)}`, {}], [": not a path"]);
    check(fileKind, [`/${"é".repeat(128)}`, {}], [": not a path"]);
    check(fileKind, [`/${"n".repeat(200)}`.repeat(20), {}], []);
    check(fileKind, [`/${"n".repeat(200)}`.repeat(21), {}], [": not a path"]);
    check(directoryKind, ["/", {}], []);
  });

  test("file", () => {
    const both = { content: "", contentFrom: { path: "/a" } };
    check(fileKind, ["/f", both], ["contentFrom: two sources of content"]);
    check(
      fileKind,
      ["/f", { contentFrom: { path: "a" } }],
      ["contentFrom.path: not an absolute path"],
    );
    check(
      fileKind,
      ["/f", { validate: ["visudo", "-c"] }],
      ["validate: the check does not read the content"],
    );
    check(fileKind, ["/f", { validate: ["x", "--file=%s"] }], []);
    check(fileKind, ["/f", { backup: "a/b" }], ["backup: not a suffix"]);
    check(fileKind, ["/f", { content: "\ud800" }], ["content: not Unicode text"]);
  });

  test("group and user", () => {
    check(groupKind, ["web", { gid: 7 }], []);
    for (const name of ["100", "a:b", "a,b", "+x", "-x", "a b", "", "x".repeat(33)]) {
      check(groupKind, [name, {}], [": not a name of an account"]);
      check(userKind, [name, {}], [": not a name of an account"]);
    }
    check(userKind, ["web", { exactGroups: true }], ["exactGroups: no groups are named"]);
    check(userKind, ["web", { home: "srv" }], ["home: not an absolute path"]);
    check(userKind, ["web", { password: "*" }], []);
    check(userKind, ["web", { expires: "2030-02-30" }], ["expires: no such day"]);
    userKind.bind("web", { password: "hunter2" }, (path, summary, detail) => {
      assert.deepEqual([path, summary], ["password", "not a hash"]);
      assert.doesNotMatch(detail, /hunter2/, "what was written is not shown");
    });
  });

  test("K8: sysctl", () => {
    check(sysctlKind, ["net.ipv4.ip_forward", { value: 1 }], []);
    check(sysctlKind, ["net/ipv4/conf/eth0.100/rp_filter", { value: "1" }], []);
    for (const name of [
      "",
      "net",
      "net..ipv4",
      "net/../ipv4",
      "/net/ipv4",
      "a.b=c",
      "-a.b",
      "a.*",
    ]) {
      check(sysctlKind, [name, { value: 1 }], [": not a kernel parameter"]);
    }
    check(sysctlKind, ["a.b", {}], [": no value"]);
    for (const value of ["", " ", "1\n2", "x".repeat(2049)]) {
      check(sysctlKind, ["a.b", { value }], ["value: not a value of a kernel parameter"]);
    }
    const nothing = { value: 1, live: false, persisted: false };
    check(sysctlKind, ["a.b", nothing], ["persisted: nothing to keep"]);
  });

  test("K10: ssh-key", () => {
    const user = "app";
    check(sshKeyKind, ["n", { user, key: `${ALICE} a b`, options: ['from="1.2.3.4,::1"'] }], []);
    for (const key of ["", "ssh-ed25519", `${ALICE}=`, `ssh-rsa ${ALICE.slice(12)}`, "a\nb"]) {
      check(sshKeyKind, ["n", { user, key }], ["key: not a public key"]);
    }
    check(sshKeyKind, ["n", { user, key: `${ALICE}\n${BOB}` }], ["key: not a public key"]);
    check(sshKeyKind, ["n", { user, key: `no-pty ${ALICE}` }], ["key: options before a key"]);
    for (const option of ["", "a b", "no-pty,no-x11", 'command="x', ALICE]) {
      const input = { user, key: ALICE, options: [option] };
      check(sshKeyKind, ["n", input], ["options: not an option of a key"]);
    }
    const several = { user, key: [ALICE, BOB], comment: "x" };
    check(sshKeyKind, ["n", several], ["comment: one comment for several keys"]);
    check(sshKeyKind, ["n", { user, key: ALICE, comment: "a\nb" }], ["comment: not a comment"]);
    const nobody = { user, key: ALICE, exclusive: true, state: "absent" as const };
    check(sshKeyKind, ["n", nobody], ["exclusive: nobody could log in"]);
    const secret = "-----BEGIN OPENSSH PRIVATE KEY-----abcdef";
    sshKeyKind.bind("n", { user, key: secret }, (_path, _summary, detail) => {
      assert.match(detail, /private key/);
      assert.doesNotMatch(detail, /abcdef/, "what was written is not shown");
    });
  });

  test("cron", () => {
    const job = { user: "root", schedule: "30 4 * * *", command: "/bin/true" };
    check(cronKind, ["a_B-1", job], []);
    for (const name of ["a.b", "a b", "a/b", "", "é"]) {
      check(cronKind, [name, job], [": not a name that cron reads"]);
    }
    check(cronKind, ["a", { ...job, special: "@daily" }], ["schedule: not one schedule"]);
    check(cronKind, ["a", { ...job, schedule: "30 25 * * *" }], ["schedule: not a schedule"]);
    check(cronKind, ["a", { schedule: job.schedule, command: "x" }], [": no user"]);
    check(cronKind, ["a", { ...job, command: " " }], ["command: no command"]);
    check(cronKind, ["a", { ...job, command: "a\nb" }], ["command: more than one line"]);
    const percent = { ...job, command: "date +%F" };
    check(cronKind, ["a", percent], ["command: a % that means something else to cron"]);
    const long = { ...job, command: "x".repeat(999) };
    check(cronKind, ["a", long], ["command: a command that cron would cut off"]);
    for (const [environment, expected] of [
      [{ "A-B": "" }, "environment.A-B: not an environment variable"],
      [{ A: "a\nb" }, "environment.A: a value that cron cannot be given"],
      [{ A: "'\"" }, "environment.A: a value that cron cannot be given"],
    ] as const) {
      check(cronKind, ["a", { ...job, environment }], [expected]);
    }
  });

  test("kernel-module", () => {
    check(kernelModuleKind, ["kvm-intel", { options: { nested: 1, "a.b": "x,y=z" } }], []);
    for (const name of ["", "a b", "a/b", "x".repeat(56)]) {
      check(kernelModuleKind, [name, {}], [": not a name of a module"]);
    }
    check(
      kernelModuleKind,
      ["a", { load: true, blacklist: true }],
      ["load: loaded and not loaded"],
    );
    check(kernelModuleKind, ["a", { load: false }], ["load: nothing to keep"]);
    for (const value of ["", "a b", "a\nb", '"', "#"]) {
      const input = { options: { x: value } };
      check(kernelModuleKind, ["a", input], ["options.x: not a parameter of a module"]);
    }
  });

  test("limits", () => {
    const limits = { nofile: 10, nice: -5, core: { soft: 0, hard: "unlimited" as const } };
    check(limitsKind, ["a.b-1", { domain: "*", limits }], []);
    for (const name of ["", "a b", "../a", ".a"]) {
      check(limitsKind, [name, { domain: "*", limits }], [": not a name of a file"]);
    }
    for (const domain of [undefined, "", "a b", "a#", "a\n"]) {
      check(limitsKind, ["n", { domain, limits }], ["domain: nobody to limit"]);
    }
    check(limitsKind, ["n", { domain: "*" }], ["limits: no limits"]);
    for (const [core, expected] of [
      [{}, "no limit"],
      [-1, "a limit below nothing"],
      [{ soft: "unlimited", hard: 0 }, "a soft limit above the hard one"],
      [{ soft: 2, hard: 1 }, "a soft limit above the hard one"],
    ] as const) {
      check(limitsKind, ["n", { domain: "*", limits: { core } }], [`limits.core: ${expected}`]);
    }
  });

  test("apt-repository", () => {
    const signedBy = { key: ARMORED_KEY };
    const uris = ["https://deb.example.org"];
    const full = { uris, suites: ["stable"], components: ["main"], signedBy };
    check(aptRepositoryKind, ["a.b_C-1", full], []);
    for (const name of ["", "a b", "../a", "..", "é"]) {
      check(aptRepositoryKind, [name, full], [": not a name that apt reads"]);
    }
    const flat = { ...full, suites: ["./"] };
    check(aptRepositoryKind, ["a", flat], ["components: components of a path"]);
    for (const [change, expected] of [
      [{ uris: undefined }, "uris: no address"],
      [{ uris: ["deb.example.org"] }, "uris: not an address"],
      [{ uris: ["https://a:b@deb.example.org"] }, "uris: a password in an address"],
      [{ components: undefined }, "components: no components"],
      [{ suites: ["a b"] }, "suites: not a word"],
      [{ suites: ["a\nTrusted: yes"] }, "suites: not a word"],
      [{ signedBy: undefined }, "signedBy: no key"],
      [{ signedBy: { key: "mDME" } }, "signedBy.key: not a public key"],
      [{ signedBy: { path: "a" } }, "signedBy.path: not an absolute path"],
      [{ signedBy: { path: "/a b" } }, "signedBy.path: not a path that apt reads"],
    ] satisfies [Partial<AptRepositoryInput>, string][]) {
      check(aptRepositoryKind, ["a", { ...full, ...change }], [expected]);
    }
  });

  test("package", () => {
    for (const name of ["nginx", "libc6:i386", "g++", "hf-dot.a", "NetworkManager", "r"]) {
      check(packageKind, [name, { version: "1:1.2.*", latest: true, minVersion: "1:1.2" }], []);
    }
    const tricks = [
      "",
      "-y",
      "a b",
      "a,b",
      "a=1",
      "a/b",
      "a*",
      "a?",
      "[ab]",
      "^a",
      "a\n",
      "a:",
      ":a",
    ];
    for (const name of [
      ...tricks,
      "a:b:c",
      "--purge",
      "+a",
      ".a",
      "~na",
      "../a",
      "a".repeat(129),
    ]) {
      check(packageKind, [name, {}], [": not a name of a package"]);
    }
    const half = "version: a pattern that ends within a number";
    check(packageKind, ["a", { version: "1.2*" }], [half]);
    check(packageKind, ["a", { version: "1.2", latest: true }], ["latest: two versions"]);
    check(packageKind, ["a", { version: "1.2", minVersion: "1" }], ["minVersion: two versions"]);
    check(packageKind, ["a", { version: "1.2", latest: false }], []);
    check(packageKind, ["a", { state: "absent", hold: false, purge: true }], []);
    for (const input of [{ version: "1" }, { minVersion: "1" }, { latest: true }, { hold: true }]) {
      const [field = ""] = Object.keys(input);
      const expected = [`${field}: said of what should be absent`];
      check(packageKind, ["a", { state: "absent", ...input }], expected);
    }
  });

  test("directory", () => {
    const source = "/templates";
    check(directoryKind, ["/srv", { source, purge: true, exclude: ["*.bak", "/a/**"] }], []);
    check(directoryKind, ["/srv", { purge: true }], ["purge: nothing to compare with"]);
    check(directoryKind, ["/srv", { exclude: ["a"] }], ["exclude: nothing to exclude from"]);
    check(directoryKind, ["/srv", { source: "templates" }], ["source: not an absolute path"]);
    for (const inside of ["/templates", "/templates/site", "/"]) {
      check(directoryKind, [inside, { source }], ["source: a copy of itself"]);
    }
    check(directoryKind, ["/templates", { source: "/templates/a" }], ["source: a copy of itself"]);
    check(directoryKind, ["/templates2", { source }], []);
    check(directoryKind, ["/srv", { source, exclude: ["ok", "a/"] }], ["exclude.1: not a glob"]);
    check(directoryKind, ["/srv", { source, state: "absent" }], []);
  });

  test("link", () => {
    check(linkKind, ["/l", {}], [": a link to nowhere"]);
    check(linkKind, ["/l", { state: "absent" }], []);
    check(linkKind, ["/l", { target: "../x" }], []);
    check(linkKind, ["/l", { target: "../x", hard: true }], ["target: not an absolute path"]);
    check(linkKind, ["/l", { target: "/l" }], ["target: a link to itself"]);
  });

  test("line", () => {
    const path = "/f";
    check(lineKind, ["n", { path }], [": nothing to look for"]);
    check(lineKind, ["n", { path, match: "a" }], [": nothing to look for"]);
    check(lineKind, ["n", { path, match: "a", state: "absent" }], []);
    check(lineKind, ["n", { path, line: "a\nb" }], ["line: more than one line"]);
    check(lineKind, ["n", { path, line: "a", match: "(" }], ["match: not a regular expression"]);
    check(
      lineKind,
      ["n", { path, line: "a", match: "(?!b)a" }],
      ["match: a pattern that is not supported"],
    );
    const block = { marker: "m", text: "t" };
    check(lineKind, ["n", { path, line: "a", block }], ["block: two things to look for"]);
    const own = { marker: "m", text: "# END HOLDFAST m" };
    check(lineKind, ["n", { path, block: own }], ["block.text: the marker is in the text"]);
    check(
      lineKind,
      ["n", { path, line: "a", insertAfter: "a", insertBefore: "b" }],
      ["insertBefore: two places"],
    );
  });

  test("K5: attempts that never come are warned", () => {
    for (const [retries, retryDelayMs, timeoutMs, isWarned] of [
      [30, 1_000, 2_500, true],
      [2, 1_000, 2_500, false],
      [299, 1_000, undefined, false],
      [300, 1_000, undefined, true],
      [0, 1_000, 100, false],
    ] as const) {
      const spec = execKind.bind(
        "n",
        { command: ["true"], creates: "/a", retries, retryDelayMs },
        () => {},
      );
      const warned: string[] = [];
      const meta = timeoutMs === undefined ? {} : { timeoutMs };
      execKind.checkMeta?.(spec, meta, (path) => warned.push(path));
      assert.deepEqual(warned, isWarned ? ["retries"] : []);
    }
  });

  test("K5: exec without guard loops", () => {
    check(execKind, ["n", { command: ["true"] }], [": an exec needs a guard"]);
    for (const guard of [
      { unless: ["true"] },
      { onlyIf: ["true"] },
      { creates: "/x" },
      { idempotencyKey: "k" },
    ]) {
      check(execKind, ["n", { command: ["true"], ...guard }], []);
    }
  });

  test("K5: a command is argv unless the shell is asked for", () => {
    const creates = "/x";
    check(execKind, ["n", { command: "true", creates }], ["command: a string is not a command"]);
    check(execKind, ["n", { command: "true", shell: true, creates }], []);
    check(
      execKind,
      ["n", { command: ["true"], shell: true, creates }],
      ["command: a list is not for a shell"],
    );
    check(
      execKind,
      ["n", { command: ["true"], unless: "false" }],
      ["unless: a string is not a command"],
    );
    check(execKind, ["n", { command: [""], creates }], ["command: not a command"]);
    check(
      execKind,
      ["n", { command: ["x"], creates, env: { "A=B": "" } }],
      ["env.A=B: not an environment variable"],
    );
    check(
      execKind,
      ["n", { command: ["x"], creates: "x", cwd: "y" }],
      ["cwd: not an absolute path", "creates: not an absolute path"],
    );
  });
});

suite("schemas", () => {
  test("every kind refuses unknown fields and has a JSON Schema with a description of each field", () => {
    for (const { kind, schema } of listStandardKinds()) {
      const found = z.core.safeParse(schema, { nonsense: 1 });
      const codes = found.error?.issues.map(({ code }) => code) ?? [];
      assert.ok(codes.includes("unrecognized_keys"), kind);
      const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
      for (const [field, shape] of Object.entries(properties)) {
        assert.ok(typeof shape === "object" && shape.description, `${kind}.${field}`);
      }
    }
  });
});
