import { type Resource, resourceId, unreachable } from "@holdfast/core";
import { carryOut, type Operation, simulatedActor } from "@holdfast/testing";
import type { Fact } from "../machine/fact.ts";
import { TAMPERED } from "../machine/contents.ts";
import { textField, textsField } from "../machine/spec-fields.ts";
import type { Stage } from "../machine/truth.ts";
import type { Tampering } from "./step.ts";

/** What changes a world and says so. */
export interface Actor extends Stage {
  hear(fact: Fact): void;
}

/** Changes what a resource is about, as somebody else would. What has no outside is left alone. */
export function tamper(actor: Actor, target: Resource, how: Tampering): void {
  const { props } = actor;
  const { kind, name, input } = target;
  switch (kind) {
    case "fake":
      announce(actor, [target]);
      props.fakes.tamper(name, how === "remove" ? undefined : "tampered");
      return;
    case "exec":
      return tamperExec(actor, target);
    case "line":
      return carry(actor, { type: "write", path: textField(input, "path"), content: "name x\n" });
    case "link":
      if (how === "remove") return carry(actor, { type: "remove", path: name });
      return carry(actor, { type: "symlink", path: name, target: "elsewhere" });
    default:
      return tamperPath(actor, target, how);
  }
}

/** Does an operation where its directory exists, and tells everybody it concerns. */
export function carry(actor: Actor, operation: Extract<Operation, { path: string }>): void {
  const { kernel } = actor.world;
  if (kernel.inspect.list(parentOf(operation.path)) === undefined) return;
  touch(actor, operation.path, () => carryOut(operation, simulatedActor(kernel)));
}

/** Changes something at a path, and says whom it concerns. */
export function touch(actor: Actor, path: string, change: () => void): void {
  const { graph, kernel } = actor.world;
  const wasThere = kernel.inspect.stat(path) !== undefined;
  change();
  if (!wasThere && kernel.inspect.stat(path) === undefined) return;
  const isConcerned = (own: string): boolean => own === path || own.startsWith(`${path}/`);
  const resources = graph?.resources ?? [];
  announce(
    actor,
    resources.filter((resource) => pathsOf(resource).some(isConcerned)),
  );
}

function tamperExec(actor: Actor, target: Resource): void {
  const creates = textField(target.input, "creates");
  const [, flag] = textsField(target.input, "unless");
  if (creates !== "") return carry(actor, { type: "remove", path: creates });
  if (flag === undefined) return;
  // A flag makes no event.
  actor.hear({ type: "outside", ids: [target.id], isFromWatch: false });
  actor.props.flags.delete(flag);
}

function tamperPath(actor: Actor, { kind, name: path }: Resource, how: Tampering): void {
  const isDirectory = kind === "directory";
  switch (how) {
    case "edit":
      if (isDirectory) return carry(actor, { type: "chmod", path, mode: 0o700 });
      return carry(actor, { type: "write", path, content: TAMPERED });
    case "replace":
      if (isDirectory) return carry(actor, { type: "remove", path });
      return carry(actor, { type: "replace", path, content: TAMPERED });
    case "remove":
      return carry(actor, { type: "remove", path });
    case "chmod":
      return carry(actor, { type: "chmod", path, mode: 0o711 });
    case "remove parent": {
      const parent = parentOf(path);
      // What nobody declared would stay away for ever.
      const isDeclared = actor.world.resource(resourceId("directory", parent)) !== undefined;
      return carry(actor, { type: "remove", path: isDeclared ? parent : path });
    }
    default:
      return unreachable(how);
  }
}

/** The directory of a path. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function pathsOf({ kind, name, input }: Resource): readonly string[] {
  const creates = textField(input, "creates");
  if (kind === "line") return [textField(input, "path")];
  if (kind === "exec") return creates === "" ? [] : [creates];
  return name.startsWith("/") ? [name] : [];
}

function announce({ world, hear }: Actor, concerned: readonly Resource[]): void {
  const isFromWatch = ({ kind }: Resource): boolean =>
    world.process?.sources.isFromWatch(kind) === true;
  for (const trigger of [true, false]) {
    const ids = concerned.filter((one) => isFromWatch(one) === trigger).map(({ id }) => id);
    if (ids.length > 0) hear({ type: "outside", ids, isFromWatch: trigger });
  }
}
