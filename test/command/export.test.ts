import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { Scratch } from "./command.ts";

/** A small Debian below a directory: one package that was asked for, its changed configuration, and a file of nobody. */
const FILES: Readonly<Record<string, string>> = {
  "/usr/bin/apt-get": "",
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n",
  "/etc/group": "root:x:0:\nann:x:1000:\n",
  "/etc/shadow": "root:*:1:0:99999:7:::\nann:!:1:0:99999:7:::\n",
  "/var/lib/dpkg/status": [
    "Package: web",
    "Status: install ok installed",
    "Architecture: amd64",
    "Version: 1",
    `Conffiles:\n /etc/web/web.conf ${createHash("md5").update("listen 80\n").digest("hex")}`,
    "\n",
  ].join("\n"),
  "/var/lib/dpkg/info/web.list": "/.\n/etc\n/etc/web\n/etc/web/web.conf\n",
  "/etc/web/web.conf": "listen 8080\n",
  "/etc/web/key": "quiet\n",
  "/etc/fstab": "/dev/vda1 / ext4 errors=remount-ro 0 1\n/dev/vdb1 /srv ext4 noatime 0 2\n",
  "/etc/hostname": "web.example.org\n",
  "/usr/share/zoneinfo/Europe/Berlin": "TZif2",
};

function debian(): Scratch {
  const scratch = new Scratch();
  for (const [path, text] of Object.entries(FILES)) {
    fs.mkdirSync(dirname(scratch.at(path)), { recursive: true });
    fs.writeFileSync(scratch.at(path), text);
    fs.chmodSync(scratch.at(path), path === "/etc/web/key" ? 0o600 : 0o644);
  }
  fs.symlinkSync("/usr/share/zoneinfo/Europe/Berlin", scratch.at("/etc/localtime"));
  return scratch;
}

test("export: a manifest on stdout and a blueprint in a new file are one desired state, and planned change nothing", () => {
  using scratch = debian();
  const { code, stdout, output } = scratch.run("export");
  assert.equal(code, 0, output);
  assert.match(stdout, /name: web \} # was asked for\n/);
  assert.match(stdout, /kind: hostname\n {4}name: web\.example\.org|name: web\.example\.org \}/);
  assert.match(stdout, /name: Europe\/Berlin \}/);
  assert.match(stdout, /name: \/srv\n/);
  assert.match(stdout, /# - kind: file\n {2}# {3}name: \/etc\/web\/key\n/);
  assert.ok(!output.includes("quiet"));
  const said = output.slice(stdout.length);
  assert.match(
    said,
    /^Exported 6 resources\. Left out:\n {2}1 may hold a secret\n {4}file:\/etc\/web\/key: /,
  );
  scratch.source("site.yaml", stdout);
  const written = scratch.run("export", ["--out", "blueprint", "--out-file", "site.ts"]);
  assert.deepEqual([written.code, written.stdout], [0, ""], written.output);
  assert.equal(fs.statSync(`${scratch.directory}/site.ts`).mode & 0o777, 0o600);
  const plans = ["site.yaml", "site.ts"].map((source) => scratch.json("plan", [source]));
  assert.deepEqual(
    plans.map((plan) => [plan.code, plan.value["actions"]]),
    [
      [0, []],
      [0, []],
    ],
  );
  // On a machine that has nothing of it, all of it would be made.
  fs.mkdirSync(`${scratch.directory}/other`);
  const [manifest, blueprint] = ["site.yaml", "site.ts"].map((source) => {
    return scratch.bare(["plan", source, "--root", "other", "--out", "json"]).stdout;
  });
  assert.match(manifest ?? "", /web\.conf/);
  assert.equal(manifest, blueprint);
});

test("export: what is there is not overwritten, and what was asked wrong is said", () => {
  using scratch = debian();
  scratch.source("kept.yaml", "mine\n");
  const refused = scratch.run("export", ["--out-file", "kept.yaml"]);
  assert.equal(refused.code, 1);
  assert.match(refused.output, /AlreadyExists/);
  assert.equal(fs.readFileSync(`${scratch.directory}/kept.yaml`, "utf8"), "mine\n");
  assert.match(scratch.run("export", ["--kinds", "pakage"]).output, /Did you mean package\?/);
  assert.match(scratch.run("export", ["--out", "json"]).output, /UsageInvalid/);
  assert.match(scratch.run("export", ["--ignore", "absent"]).output, /NotFound/);
  fs.rmSync(scratch.at("/var/lib/dpkg"), { recursive: true });
  assert.match(scratch.run("export").output, /^UnsupportedPlatform: .*unverified here/);
});

test("export: kinds and an ignore file choose, and --verbose names what was left out", () => {
  using scratch = debian();
  scratch.source("ignore", "# not here\nfile:/etc/web/*\n");
  const args = ["--kinds", "file,package", "--kinds", "user", "--ignore", "ignore", "--verbose"];
  const { stdout, output } = scratch.run("export", args);
  assert.ok(stdout.includes("name: ann") && !stdout.includes("/etc/web"), stdout);
  assert.match(
    output,
    /2 left out by --ignore\n {4}file:\/etc\/web\/web\.conf, file:\/etc\/web\/key\n/,
  );
  assert.match(output, /1 not chosen by anybody.*\n {4}user:root\n/);
});
