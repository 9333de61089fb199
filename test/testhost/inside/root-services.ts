import assert from "node:assert/strict";
import * as fs from "node:fs";
import { after, before, suite, test } from "node:test";
import { Fault, type FaultReason, type UnitReading } from "@holdfast/core";
import {
  openFiles,
  openPathWatches,
  openRemoteFiles,
  openServices,
  realClock,
  realFileCalls,
} from "@holdfast/host";

// The services of another root, with the systemctl of the machine that this runs in.

const UNSTOPPED = new AbortController().signal;
const VENDOR = "/usr/lib/systemd/system";
const ADMIN = "/etc/systemd/system";
const WEB = "web.service";
const WANTED = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n";

suite("K4: the services of another root", () => {
  const root = fs.mkdtempSync("/var/tmp/holdfast-root-");
  const remote = openRemoteFiles({ clock: realClock });
  const files = openFiles({ calls: realFileCalls, root, clock: realClock, remote });
  const paths = openPathWatches({ clock: realClock, root });
  const services = openServices({ clock: realClock, root, files, paths });

  before(() => {
    fs.chmodSync(root, 0o755);
    write(`${VENDOR}/${WEB}`, WANTED);
    write(`${VENDOR}/plain.service`, "[Service]\nExecStart=/bin/true\n");
    write(`${ADMIN}/own.service`, WANTED);
  });
  after(async () => {
    await services[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
    await remote[Symbol.asyncDispose]();
    fs.rmSync(root, { recursive: true });
  });

  test("are enabled and masked there, and nowhere else", async () => {
    assert.deepEqual(await enabledAndMasked(WEB), ["disabled", undefined]);
    await services.enable([WEB], UNSTOPPED);
    await services.enable([WEB], UNSTOPPED);
    assert.deepEqual(await enabledAndMasked(WEB), ["enabled", undefined]);
    await services.mask([WEB], UNSTOPPED);
    assert.deepEqual(await enabledAndMasked(WEB), ["enabled", "persistent"]);
    await services.unmask([WEB], UNSTOPPED);
    await services.disable([WEB], UNSTOPPED);
    assert.deepEqual(await enabledAndMasked(WEB), ["disabled", undefined]);
    await services.daemonReload(UNSTOPPED);
    assert.equal(fs.existsSync(`${ADMIN}/multi-user.target.wants/${WEB}`), false);
  });

  test("nothing of them runs, and what would need that says so", async () => {
    assert.equal((await observe(WEB)).runtime, undefined);
    await mustFail(services.start({ unit: WEB }, UNSTOPPED), "ServicesUnavailable");
    await mustFail(services.transientState(WEB, UNSTOPPED), "ServicesUnavailable");
    const [absent] = await services.observeMany([{ unit: "no.service" }], UNSTOPPED);
    assert.equal(absent?.type, "absent");
  });

  test("an impossible change of links is refused with a reason", async () => {
    await mustFail(services.enable(["plain.service"], UNSTOPPED), "UnitNotInstallable");
    await mustFail(services.enable(["no.service"], UNSTOPPED), "UnitNotFound");
    await mustFail(services.enable(["--now"], UNSTOPPED), "InputInvalid");
    await mustFail(services.mask(["own.service"], UNSTOPPED), "UnitFileInTheWay");
    await services.mask([WEB], UNSTOPPED);
    await mustFail(services.enable([WEB], UNSTOPPED), "UnitMasked");
    await services.unmask([WEB], UNSTOPPED);
  });

  test("their links are watched", async () => {
    const noticed = Promise.withResolvers<void>();
    const sink = (): void => noticed.resolve();
    await using _watch = await services.watch([WEB], sink, UNSTOPPED);
    await services.enable([WEB], UNSTOPPED);
    await noticed.promise;
  });

  function write(path: string, text: string): void {
    fs.mkdirSync(`${root}${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
    fs.writeFileSync(`${root}${path}`, text);
  }

  async function observe(unit: string): Promise<UnitReading> {
    const [answer] = await services.observeMany([{ unit, details: true }], UNSTOPPED);
    assert.ok(answer?.type === "present", `${unit} is ${answer?.type}`);
    return answer.value;
  }

  async function enabledAndMasked(unit: string): Promise<readonly unknown[]> {
    const { enablement, mask } = await observe(unit);
    return [enablement?.state, mask];
  }
});

async function mustFail(work: Promise<unknown>, reason: FaultReason): Promise<void> {
  await assert.rejects(work, (thrown) => thrown instanceof Fault && thrown.reason === reason);
}
