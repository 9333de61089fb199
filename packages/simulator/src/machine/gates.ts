import type { MachineCondition, ResourceId } from "@holdfast/core";
import type { World } from "./world.ts";

const DIRECTORY = "/gates";

/** What conditions of random manifests are about. A history turns them: what is there goes, and the other way round. */
export const GATES: readonly MachineCondition[] = [
  { file: `${DIRECTORY}/flag` },
  { mount: `${DIRECTORY}/mounted` },
  { file: `${DIRECTORY}/other` },
];

/** Makes the places of the gates on a fresh machine; all of them closed but the last. */
export function makeGates({ kernel }: World): void {
  kernel.tamper.makeDirectory(DIRECTORY);
  kernel.tamper.makeDirectory(`${DIRECTORY}/mounted`);
  kernel.tamper.write(`${DIRECTORY}/other`, "");
  kernel.sync();
}

/** Whether a condition holds on the simulated machine; shares no code with the agent's. */
export function holds(world: World, condition: MachineCondition): boolean {
  const { kernel } = world;
  if ("all" in condition) return condition.all.every((one) => holds(world, one));
  if ("any" in condition) return condition.any.some((one) => holds(world, one));
  if ("not" in condition) return !holds(world, condition.not);
  if ("file" in condition) return kernel.inspect.stat(condition.file) !== undefined;
  if ("mount" in condition) return kernel.calls.mountInfo().includes(` / ${condition.mount} `);
  throw new Error("no history has a network");
}

/** Whether everything holds that a resource waits for. */
export function isOpen(world: World, id: ResourceId): boolean {
  const conditions = world.resource(id)?.meta.condition ?? [];
  return conditions.every((one) => holds(world, one));
}

/** Turns a gate, and every resource behind it perhaps with it. */
export function turnGate({ kernel }: World, gate: MachineCondition): void {
  if ("mount" in gate) {
    if (kernel.calls.mountInfo().includes(` / ${gate.mount} `)) kernel.unmount(gate.mount);
    else kernel.mount(gate.mount, { source: { type: "disk" } });
    return;
  }
  if (!("file" in gate)) throw new Error("no history has a network");
  if (kernel.inspect.stat(gate.file) === undefined) kernel.tamper.write(gate.file, "");
  else kernel.tamper.remove(gate.file);
}
