import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { after, before, suite, test } from "node:test";
import { parseUnitName, type UnitReading } from "@holdfast/core";
import {
  DEFAULT_SEARCH_PATH,
  openFiles,
  openPathWatches,
  openRemoteFiles,
  openServices,
  realClock,
  realFileCalls,
} from "@holdfast/host";

// What is read of unit files, beside what systemd says of every unit of the machine that this runs in. It must be a
// disposable one.

const ADMIN = "/etc/systemd/system";
const RUNTIME = "/run/systemd/system";
const VENDOR = "/usr/local/lib/systemd/system";
const UNSTOPPED = new AbortController().signal;

const SERVICE = "[Service]\nExecStart=/bin/sleep infinity\n";
const WANTED = "[Install]\nWantedBy=holdfast.target\n";

/** What is rare on a machine: unit files by path, and links by path. */
const FILES: Readonly<Record<string, string>> = {
  [`${VENDOR}/holdfast-a.service`]: SERVICE + WANTED,
  [`${VENDOR}/holdfast-a-b.service`]: `${SERVICE}[Install]\nWantedBy=holdfast.target\nWantedBy=\n`,
  [`${VENDOR}/holdfast-also.service`]: `${SERVICE}[Install]\nAlso=holdfast-a.service\n`,
  [`${VENDOR}/holdfast-alias.service`]: `${SERVICE}[Install]\nAlias=holdfast-other.service\n`,
  [`${VENDOR}/holdfast-alias-off.service`]: `${SERVICE}[Install]\nAlias=holdfast-off.service\n`,
  [`${VENDOR}/holdfast-x-y@.service`]: `${SERVICE}${WANTED}DefaultInstance=d\n`,
  [`${VENDOR}/holdfast-z@.service`]: SERVICE,
  [`${VENDOR}/holdfast-dropped.service`]: SERVICE,
  [`${VENDOR}/holdfast-dropped.service.d/install.conf`]: WANTED,
  [`${VENDOR}/holdfast-foreign.service`]: SERVICE,
  [`${VENDOR}/holdfast-held.service`]: SERVICE + WANTED,
  [`${VENDOR}/holdfast-uphold.service`]: SERVICE + WANTED,
  [`${VENDOR}/holdfast-emptied.service`]: SERVICE + WANTED,
  [`${ADMIN}/holdfast-emptied.service`]: "",
  ["/opt/holdfast-linked.service"]: SERVICE + WANTED,
  [`${ADMIN}/holdfast-.service.d/prefix.conf`]: "[Unit]\nDescription=prefix\n",
  [`${ADMIN}/holdfast-x-.service.d/none.conf`]: "[Unit]\nDescription=no instance\n",
  [`${ADMIN}/holdfast-x-@i.service.d/one.conf`]: "[Unit]\nDescription=one instance\n",
  [`${ADMIN}/holdfast-x-@.service.d/each.conf`]: "[Unit]\nDescription=each instance\n",
  [`${ADMIN}/holdfast-x-y@.service.d/template.conf`]: "[Unit]\nDescription=template\n",
  [`${RUNTIME}/service.d/type.conf`]: "[Unit]\nDocumentation=man:x(1)\n",
};
const LINKS: Readonly<Record<string, string>> = {
  [`${ADMIN}/holdfast.target.wants/holdfast-a.service`]: `${VENDOR}/holdfast-a.service`,
  [`${ADMIN}/holdfast.target.wants/holdfast-x-y@i.service`]: `${VENDOR}/holdfast-x-y@.service`,
  [`${VENDOR}/holdfast.target.wants/holdfast-z@i.service`]: `${VENDOR}/holdfast-z@.service`,
  [`${RUNTIME}/holdfast.target.requires/holdfast-held.service`]: `${VENDOR}/holdfast-held.service`,
  [`${ADMIN}/holdfast.target.upholds/holdfast-uphold.service`]: `${VENDOR}/holdfast-uphold.service`,
  [`${ADMIN}/holdfast-other.service`]: `${VENDOR}/holdfast-alias.service`,
  [`${ADMIN}/holdfast-its-name.service`]: `${VENDOR}/holdfast-foreign.service`,
  [`${ADMIN}/holdfast-linked.service`]: "/opt/holdfast-linked.service",
  [`${ADMIN}/holdfast-z@m.service`]: "/dev/null",
  [`${RUNTIME}/holdfast-also.service`]: "/dev/null",
};
/** Instances that have no file of their own. */
const INSTANCES = ["holdfast-x-y@i.service", "holdfast-x-y@j.service", "holdfast-z@i.service"];

suite("K4: what is read of unit files is what systemd says", () => {
  const remote = openRemoteFiles({ clock: realClock });
  const files = openFiles({ calls: realFileCalls, root: "/", clock: realClock, remote });
  const paths = openPathWatches({ clock: realClock });
  const services = openServices({ clock: realClock, files, paths });
  const readings = new Map<string, UnitReading>();
  let calls = 0;

  before(async () => {
    for (const [path, text] of Object.entries(FILES)) {
      fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      fs.writeFileSync(path, text);
    }
    for (const [path, target] of Object.entries(LINKS)) {
      fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      fs.symlinkSync(target, path);
    }
    systemctl("daemon-reload");
    const units = everyUnit();
    const answers = await services.observeMany(
      units.map((unit) => ({ unit })),
      UNSTOPPED,
    );
    ({ calls } = services.connection());
    const detailed = await services.observeMany(
      units.map((unit) => ({ unit, details: true })),
      UNSTOPPED,
    );
    assert.deepEqual(withoutDetails(detailed), answers);
    for (const [at, unit] of units.entries()) {
      const answer = detailed[at];
      if (answer?.type === "present") readings.set(unit, answer.value);
    }
  });
  after(async () => {
    await services[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
    await remote[Symbol.asyncDispose]();
  });

  test("how each is enabled, or masked", () => {
    const units = [...readings.keys()];
    const lines = systemctl("is-enabled", ...units).split("\n");
    const said = new Map(units.map((unit, at) => [unit, lines[at]]));
    assert.equal(lines.length - 1, units.length);
    assert.deepEqual(new Map([...readings].map(([unit, one]) => [unit, wordOf(one)])), said);
    const kinds = new Set(said.values());
    assert.ok(kinds.size >= 8, `only ${[...kinds].join(", ")} are here`);
  });

  test("and most of it takes no question", () => {
    assert.ok(calls < readings.size / 3, `${calls} questions for ${readings.size} units`);
  });

  test("which drop-ins count, and that nothing must be read again", () => {
    const units = [...readings].filter(([, { runtime }]) => runtime !== undefined);
    const names = units.map(([unit]) => unit);
    const shown = systemctl("show", "--property=DropInPaths", "--value", "--", ...names);
    const lines = shown.trimEnd().split("\n\n");
    for (const [at, [unit, { name, dropIns, runtime }]] of units.entries()) {
      // Those of its other names count for an alias; a masked unit is not read.
      if (name !== unit || runtime?.load !== "loaded") continue;
      const paths = (lines[at] ?? "").trim().split(/\s+/).filter(Boolean);
      assert.deepEqual(dropIns.map(withoutUsr), paths.map(withoutUsr), unit);
      assert.equal(runtime.details?.needsReload, false, unit);
    }
  });
});

/** Every unit that has a file here. */
function everyUnit(): readonly string[] {
  const names = DEFAULT_SEARCH_PATH.filter((path) => fs.existsSync(path)).flatMap((path) =>
    fs.readdirSync(path),
  );
  const units = [...names, ...INSTANCES].filter((name) => parseUnitName(name) !== undefined);
  return [...new Set(units)].toSorted();
}

/** Where /lib is a link to /usr/lib, systemd names a file by either. */
function withoutUsr(path: string): string {
  return path.replace(/^\/usr\/lib\//, "/lib/");
}

/** In the word of `systemctl is-enabled`. */
function wordOf({ enablement, mask }: UnitReading): string {
  if (mask !== undefined) return mask === "runtime" ? "masked-runtime" : "masked";
  const isRuntime = enablement?.lasting === "runtime";
  const isLink = enablement?.state === "enabled" || enablement?.state === "linked";
  return `${enablement?.state}${isRuntime && isLink ? "-runtime" : ""}`;
}

function withoutDetails(
  answers: Awaited<ReturnType<ReturnType<typeof openServices>["observeMany"]>>,
): unknown {
  return answers.map((answer) => {
    if (answer.type !== "present" || answer.value.runtime === undefined) return answer;
    const runtime = { ...answer.value.runtime, details: undefined };
    return { ...answer, value: { ...answer.value, runtime } };
  });
}

function systemctl(...words: readonly string[]): string {
  // One that is disabled makes `is-enabled` fail, and says so all the same.
  return spawnSync("systemctl", words, { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }).stdout;
}
