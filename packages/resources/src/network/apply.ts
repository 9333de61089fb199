import {
  assert,
  Fault,
  type KindAction,
  type NetworkStep,
  type WriteContext,
} from "@holdfast/core";
import { parentPath } from "../absolute-path.ts";
import { makeDirectories } from "../directory/make-directories.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { diffLive, FILE_PARTS, isLiveChange } from "./diff.ts";
import { refuseOtherKeepers } from "./refuse-other-keepers.ts";
import { type NetworkObserved, readNetwork } from "./observe.ts";
import type { NetworkSpec } from "./spec.ts";
import { stepsAway, stepsTo } from "./steps.ts";

const POLL_MS = 100;
const SETTLED_WITHIN_MS = 3_000;

type Action = KindAction<NetworkSpec, NetworkObserved>;

/**
 * Brings a link to what is declared: by the files of systemd-networkd, which is never restarted and changes only what differs, or
 * by ip. What others keep is refused before anything is written.
 * @throws {Fault} AlreadyManaged; NetworkUnavailable; NetworkRefused; NotFound, without such a link; those of writing a file.
 */
export async function applyNetwork(action: Action, context: WriteContext): Promise<void> {
  const { spec, changes } = action;
  if (changes.length === 0) return;
  const found = await readNow(spec, context);
  await refuse(spec, found, context);
  if (!changes.every(isLiveChange)) await applyFiles(action, context);
  if (!found.isLive) return;
  const now = await readNow(spec, context);
  if (!spec.isAbsent) return carryOut(stepsTo(spec, now), context);
  if (now.link !== undefined) await carryOut(stepsAway(spec, now.link), context);
}

async function refuse(
  spec: NetworkSpec,
  { isLive, link, ports }: NetworkObserved,
  context: WriteContext,
): Promise<void> {
  const { name, made, isAbsent, keptBy } = spec;
  if (!isLive && keptBy === "ip" && !isAbsent) throw onlyLive(name);
  if (!isLive) return;
  await refuseOtherKeepers({ name, index: link?.index }, context);
  if (isAbsent) return;
  for (const port of spec.ports) {
    const part = ports.find((one) => one.name === port);
    if (part === undefined) throw missingLink(port, "it is declared as a part of it");
    await refuseOtherKeepers(part, context);
  }
  if (link === undefined && made === undefined) throw missingLink(name, "nothing makes it");
  if (link !== undefined && made !== undefined && link.kind !== made.kind)
    throw otherKind(spec, link.kind);
  const { network } = context.host;
  const isKept = keptBy === "ip" || (await network.isNetworkdRunning(context.signal));
  if (!isKept) throw withoutNetworkd(name);
}

/** What drifted since, networkd never puts back by itself, and to have it configure a link anew takes the link down: that is left to ip. */
async function applyFiles(action: Action, context: WriteContext): Promise<void> {
  const { network } = context.host;
  await writeFiles(action, context);
  if (!(await network.isNetworkdRunning(context.signal))) return;
  await network.reload(context.signal);
  await settle(action.spec, context);
}

async function carryOut(
  steps: readonly NetworkStep[],
  { host, signal }: WriteContext,
): Promise<void> {
  for (const step of steps) await host.network.change(step, signal);
}

async function writeFiles(action: Action, context: WriteContext): Promise<void> {
  const { spec, observed } = action;
  const { files } = spec;
  if (!spec.isAbsent) await makeDirectories([parentPath(files.network.path)], context);
  const { netdev, ports, network } = FILE_PARTS;
  // The files of parts go first and come last: a part without its whole is no loss.
  await applyPart(netdev, { ...action, spec: files.netdev, observed: observed?.netdev }, context);
  await applyPart(
    network,
    { ...action, spec: files.network, observed: observed?.network },
    context,
  );
  await applyPart(ports, { ...action, spec: files.ports, observed: observed?.portsFile }, context);
}

/** Waits a while until networkd has done what is new in its files: it answers before that. */
async function settle(spec: NetworkSpec, context: WriteContext): Promise<void> {
  for (let waitedMs = 0; waitedMs < SETTLED_WITHIN_MS; waitedMs += POLL_MS) {
    const left = diffLive({ ...spec, isExact: false }, await readNow(spec, context));
    if (left.length === 0) return;
    await context.sleep(POLL_MS);
  }
}

async function readNow(spec: NetworkSpec, context: WriteContext): Promise<NetworkObserved> {
  const found = await readNetwork(spec, context);
  if (found.type === "unknown") throw found.fault;
  assert(found.type === "present", "what is read of a link is there or unknown");
  return found.value;
}

function missingLink(name: string, why: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `there is no link ${name}, and ${why}`,
    resolution:
      "Correct the name (ip link shows them), or declare how it is made: bridge, bond or vlan.",
  });
}

function otherKind({ name, made }: NetworkSpec, kind = "hardware"): Fault {
  return new Fault({
    reason: "WrongType",
    message: `${name} is ${kind === "hardware" ? kind : `a ${kind}`}, and is declared as a ${made?.kind}`,
    resolution: "Choose another name, or remove that link yourself.",
  });
}

function withoutNetworkd(name: string): Fault {
  return new Fault({
    reason: "NetworkUnavailable",
    message: `systemd-networkd does not run, so that nothing would keep ${name}`,
    resolution:
      "Declare service:systemd-networkd as running, or write keptBy: ip, which lasts until the next boot.",
  });
}

function onlyLive(name: string): Fault {
  return new Fault({
    reason: "NetworkUnavailable",
    message: `${name} is not changed: ip changes the network of the machine itself, not of another root`,
    resolution: "Apply it in the machine itself, or leave keptBy out.",
  });
}
