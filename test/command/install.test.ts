import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const UNIT = "etc/systemd/system/holdfast.service";
const LINK = "etc/systemd/system/multi-user.target.wants/holdfast.service";
const MANIFEST = "{ kind: file, name: /etc/motd, spec: { content: hello } }";
const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;
const skip = !hasAnalyze && "needs the package systemd";

test("install: an image gets unit, directories and link, and a second time nothing", () => {
  using scratch = image();
  const { code, value } = scratch.json("install");
  assert.equal(code, 2, JSON.stringify(value));
  assert.deepEqual([value["unit"], value["source"]], [`/${UNIT}`, "/etc/holdfast"]);
  assert.match(JSON.stringify(value["warnings"]), /cannot start before the image has/);
  assert.equal(fs.readlinkSync(scratch.at(LINK)), `/${UNIT}`);
  assert.equal(fs.statSync(scratch.at(UNIT)).mode & 0o7777, 0o644);
  for (const name of ["etc/holdfast", "var/lib/holdfast", "var/log/holdfast"]) {
    assert.ok(fs.statSync(scratch.at(name)).isDirectory(), name);
  }
  assert.doesNotMatch(JSON.stringify(value["results"]), /exec:/, "no command runs");
  assert.equal(fs.existsSync(scratch.at("etc/motd")), false, "nothing of the source is applied");
  const { mtimeMs } = fs.statSync(scratch.at(UNIT));
  assert.equal(scratch.run("install").code, 0);
  assert.equal(fs.statSync(scratch.at(UNIT)).mtimeMs, mtimeMs);
});

test("install: --dry-run shows the plan and writes nothing", () => {
  using scratch = image();
  const before = fs.readdirSync(scratch.box, { recursive: true });
  const { code, output } = scratch.run("install", ["--dry-run", "--out", "serial"]);
  assert.equal(code, 5);
  assert.match(output, /\+ file:\/etc\/systemd\/system\/holdfast\.service/);
  assert.deepEqual(fs.readdirSync(scratch.box, { recursive: true }), before);
});

test("install: what cannot be served, or is not in the image, is refused before anything is made", () => {
  using scratch = image();
  const refused = (args: readonly string[], what: RegExp): void => {
    const { code, output } = scratch.run("install", [...args, "--out", "serial"]);
    assert.ok(code === 1 || code === 11, output);
    assert.match(output, what);
    assert.deepEqual(fs.readdirSync(scratch.at("etc")), ["holdfast"]);
  };
  refused([scratch.manifest([MANIFEST])], /UsageInvalid: the source, .* is not inside the root/);
  refused(["box/etc/nothing.yaml"], /NotFound/);
  scratch.source("box/etc/holdfast/second.yaml", "broken: [");
  refused([], /second\.yaml:\d+:\d+/);
  fs.rmSync(scratch.at("etc/holdfast"), { recursive: true });
  fs.mkdirSync(scratch.at("etc/holdfast"));
  refused([], /NotFound: .*holds no manifest/);
});

test("install: a masked unit and one of somebody else's are left alone", () => {
  using scratch = image();
  fs.mkdirSync(scratch.at("etc/systemd/system"), { recursive: true });
  const refused = (what: RegExp): void => {
    for (const command of ["install", "uninstall"]) {
      const { code, output } = scratch.run(command, ["--out", "serial"]);
      assert.equal(code, 1);
      assert.match(output, what);
    }
  };
  fs.symlinkSync("/dev/null", scratch.at(UNIT));
  refused(/UnitChanged: .* is a link: .*\n.*systemctl unmask/);
  assert.equal(fs.readlinkSync(scratch.at(UNIT)), "/dev/null");
  fs.rmSync(scratch.at(UNIT));
  fs.writeFileSync(scratch.at(UNIT), "[Service]\nExecStart=/bin/true\n");
  refused(/UnitChanged: .*is not as holdfast install made it/);
  assert.match(fs.readFileSync(scratch.at(UNIT), "utf8"), /bin\/true/);
});

test("uninstall: what it did not make stays, and it says what; with --purge the directories go", () => {
  using scratch = image();
  assert.equal(scratch.run("install").code, 2);
  const other = "etc/systemd/system/multi-user.target.wants/other.service";
  fs.symlinkSync("/dev/null", scratch.at(other));
  const { code, value } = scratch.json("uninstall");
  assert.equal(code, 2);
  assert.deepEqual(value["kept"], ["/etc/holdfast", "/var/lib/holdfast", "/var/log/holdfast"]);
  assert.equal(fs.existsSync(scratch.at(UNIT)), false);
  assert.equal(fs.lstatSync(scratch.at(LINK), { throwIfNoEntry: false }), undefined);
  assert.equal(fs.readlinkSync(scratch.at(other)), "/dev/null");
  assert.equal(scratch.run("uninstall").code, 0);
  assert.equal(scratch.run("uninstall", ["--purge"]).code, 2);
  for (const name of ["etc/holdfast", "var/lib/holdfast", "var/log/holdfast"]) {
    assert.equal(fs.existsSync(scratch.at(name)), false, name);
  }
});

test("uninstall: a purge is refused while an agent is at work, and nothing of what it needs is gone", async () => {
  using scratch = image();
  assert.equal(scratch.run("install").code, 2);
  await using serving = new Serving(scratch, ["box/etc/holdfast"]);
  await serving.event({ type: "watching" });
  const { code, output } = scratch.run("uninstall", ["--purge", "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /AgentRunning/);
  assert.ok(fs.existsSync(scratch.at("var/lib/holdfast/ledger.jsonl")));
  assert.ok(fs.existsSync(scratch.at("etc/holdfast/machine.yaml")));
});

test("unit: systemd finds nothing to complain about", { skip }, () => {
  using scratch = image();
  scratch.run("install");
  const { status, stdout, stderr } = analyze(["verify", "--man=no", scratch.at(UNIT)]);
  assert.equal(`${stdout}${stderr}`, "");
  assert.equal(status, 0);
});

test("unit: the guide gives a reason for every option, and for each that systemd would have on", {
  skip,
}, (context) => {
  using scratch = image();
  scratch.run("install");
  const guide = fs.readFileSync(new URL("../../docs/guide/systemd.md", import.meta.url), "utf8");
  const unit = fs.readFileSync(scratch.at(UNIT), "utf8");
  const settings = unit.split("\n").filter((line) => /^[A-Z]\w+=/.test(line));
  const isDescribed = (line: string): boolean =>
    // What depends on the machine is named without its value.
    /^(?:Description|Exec\w+|RequiresMountsFor)=/.test(line)
      ? line.startsWith("Description=") ||
        guide.includes(`\`${line.slice(0, line.indexOf("=") + 1)}\``)
      : guide.includes(`\`${line}\``);
  assert.deepEqual(
    settings.filter((line) => !isDescribed(line)),
    [],
  );
  const { stdout } = analyze(["security", "--offline=yes", "--json=short", scratch.at(UNIT)]);
  const checks = JSON.parse(stdout) as readonly Json[];
  const names = checks.flatMap(({ name }) => String(name).match(/\w+(?==)/g) ?? []);
  assert.ok(names.length > 30, stdout);
  assert.deepEqual(
    names.filter((name) => !guide.includes(`\`${name}=`)),
    [],
  );
  const figure = /exposure level .*: ([\d.]+)/.exec(
    analyze(["security", "--offline=yes", "--no-pager", scratch.at(UNIT)]).stdout,
  )?.[1];
  context.diagnostic(`systemd-analyze security: ${figure} of 10`);
  assert.ok(Number(figure) > 0);
});

/** A box with a source where the service searches for it. */
function image(): Scratch {
  const scratch = new Scratch();
  scratch.manifest([MANIFEST], "box/etc/holdfast/machine.yaml");
  return scratch;
}

function analyze(args: readonly string[]) {
  return spawnSync("systemd-analyze", args, { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } });
}
