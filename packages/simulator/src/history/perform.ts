import { assert, type Resource, type ResourceId } from "@holdfast/core";
import { carryOut, seededRandom, simulatedActor } from "@holdfast/testing";
import { GATES, holds, turnGate } from "../machine/gates.ts";
import { watchFault } from "../machine/process.ts";
import type { World } from "../machine/world.ts";
import { Draw } from "./draw.ts";
import { drawManifest } from "./draw-manifest.ts";
import { type Action, describe, gateAt, serviceAt, type Step } from "./step.ts";
import { type Actor, parentOf, tamper, touch } from "./tamper.ts";

/** Calls without which a temporary file cannot be removed for good. */
const REMOVALS: ReadonlySet<string> = new Set(["unlink", "syncPath"]);

/** Lets one step happen to a world. Returns it in words. */
export async function perform(actor: Actor, { action }: Step): Promise<string> {
  const hasTarget = "pick" in action && action.pick !== undefined;
  const target = hasTarget ? pick(actor.world, action.pick) : undefined;
  const words = describe(action, target?.id ?? "nothing");
  if (target !== undefined) happenTo(actor, action, target);
  else if (!hasTarget) await happen(actor, action);
  return words;
}

/** Ends all trouble, with what stands in the way. */
export function relieve(actor: Actor): void {
  const { world } = actor;
  for (const [id, path] of world.obstructed) {
    world.obstructed.delete(id);
    touch(actor, path, () => world.kernel.tamper.remove(path));
  }
  world.relieve();
}

/** Opens every gate that is closed. */
export function openGates(actor: Actor): void {
  GATES.forEach((gate, number) => {
    if (!holds(actor.world, gate)) turn(actor, number);
  });
}

/** What happens to one resource. */
function happenTo(actor: Actor, action: Action, target: Resource): void {
  const { world, hear } = actor;
  switch (action.type) {
    case "tamper":
      for (let time = 0; time < action.times; time++) tamper(actor, target, action.how);
      break;
    case "trouble":
      world.disturbances.set(action.verb, target.id, action.trouble);
      hear({ type: "trouble", ids: [target.id] });
      break;
    case "obstruct":
      obstruct(actor, target);
      break;
    case "overflow":
      overflow(actor, target);
      break;
    case "watch ends":
      endWatch(actor, target, action.staysBroken);
      break;
    case "operator":
      operate(actor, [target.id]);
      break;
    default:
  }
}

/** What happens to the machine, or to the agent as a whole. */
async function happen(actor: Actor, action: Action): Promise<void> {
  const { world, hear } = actor;
  switch (action.type) {
    case "relief":
      return relieve(actor);
    case "errno":
      world.kernel.injection.fail(action, action.errno);
      world.hasErrnos = true;
      if (REMOVALS.has(action.call)) world.hasRefusedRemovals = true;
      return hear({ type: "trouble", ids: everyId(world) });
    case "ledger full":
      world.disk.isFull = true;
      return hear({ type: "trouble", ids: everyId(world) });
    case "gate":
      return turn(actor, action.gate);
    case "service":
      world.services.stop(serviceAt(action.service), action.how, world.nowMs);
      return hear({ type: "trouble", ids: [] });
    case "weather":
      if (world.process !== undefined) world.process.sources.weather = action.weather;
      return hear({ type: "trouble", ids: [] });
    case "manifest":
      // On a full disk no manifest is taken: the agent says so and keeps the one it has.
      if (world.disk.isFull) return;
      return world.declare(drawManifest(new Draw(seededRandom(action.seed))));
    case "operator":
      return operate(actor, everyId(world));
    case "pause":
      hear({ type: "trouble", ids: everyId(world) });
      return await world.pause();
    case "stop":
      return world.stop();
    case "kill":
      return world.kill();
    case "power":
      hear({ type: "trouble", ids: everyId(world) });
      if (action.inLedger) world.disk.tearAfter(action.afterCalls);
      else world.losePowerAfter(action.afterCalls);
      return;
    case "pass":
      world.kill();
      relieve(actor);
      return world.boot("converge");
    case "clock jumps":
      return world.clock.jumpWall(action.byMs);
    default:
  }
}

function pick({ graph }: World, number: number): Resource | undefined {
  const { resources = [] } = graph ?? {};
  return resources[number % Math.max(1, resources.length)];
}

/** Opens or closes a gate, and says whom it concerns. */
function turn({ world, hear }: Actor, number: number): void {
  const gate = gateAt(number);
  if (gate === undefined) return;
  const written = JSON.stringify(gate);
  const concerned = (world.graph?.resources ?? []).filter(({ meta }) =>
    JSON.stringify(meta.condition ?? []).includes(written),
  );
  const type = "mount" in gate ? "mount" : "file";
  const isFromWatch = world.process?.sources.isFromWatch(`condition ${type}`) === true;
  turnGate(world, gate);
  hear({ type: "gate", ids: concerned.map(({ id }) => id), isFromWatch });
}

function everyId({ graph }: World): readonly ResourceId[] {
  return (graph?.resources ?? []).map(({ id }) => id);
}

function obstruct(actor: Actor, { kind, name: path, id }: Resource): void {
  const { world, hear } = actor;
  if (kind !== "file" && kind !== "link") return;
  if (world.kernel.inspect.list(parentOf(path)) === undefined || world.obstructed.has(id)) return;
  world.obstructed.set(id, path);
  hear({ type: "trouble", ids: [id] });
  touch(actor, path, () => carryOut({ type: "directory", path }, simulatedActor(world.kernel)));
}

/** Something changes unnoticed, and the event source says that events were lost. */
function overflow(actor: Actor, target: Resource): void {
  const { world, hear } = actor;
  if (world.process === undefined) return;
  const { sources } = world.process;
  const { weather } = sources;
  sources.weather = "lost";
  tamper(actor, target, "edit");
  // The kernel tells of the change when this turn is over.
  void Promise.resolve()
    .then(() => Promise.resolve())
    .then(() => {
      sources.weather = weather;
      const alike = (world.graph?.resources ?? []).filter(({ kind }) => kind === target.kind);
      if (sources.overflow(target.kind)) hear({ type: "asked", ids: alike.map(({ id }) => id) });
    });
}

function endWatch({ world, hear }: Actor, { kind }: Resource, staysBroken: boolean): void {
  if (world.process === undefined) return;
  const { sources } = world.process;
  if (staysBroken) sources.broken.add(kind);
  hear({ type: "trouble", ids: [] });
  sources.end(kind, watchFault(kind));
}

function operate({ world, hear }: Actor, ids: readonly ResourceId[]): void {
  const { process } = world;
  if (process === undefined || process.isStopping) return;
  hear({ type: "asked", ids });
  for (const id of ids) assert(process.engine.hint(id, "operator"), `${id} is not known`);
}
