import { type Resource, resourceId, unreachable } from "@holdfast/core";
import { carryOut, type Deed, simulatedHand } from "@holdfast/testing";
import type { Fact } from "../machine/fact.ts";
import { TAMPERED } from "../machine/contents.ts";
import { textField, textsField } from "../machine/spec-fields.ts";
import type { Stage } from "../machine/truth.ts";
import type { Tampering } from "./step.ts";

/** What changes a world and says so. */
export interface Hand extends Stage {
  hear(fact: Fact): void;
}

/** Changes what a resource is about, as somebody else would. What has no outside is left alone. */
export function tamper(hand: Hand, target: Resource, how: Tampering): void {
  const { props } = hand;
  const { kind, name, input } = target;
  switch (kind) {
    case "cell":
      announce(hand, [target]);
      props.cells.tamper(name, how === "remove" ? undefined : "tampered");
      return;
    case "exec":
      return tamperExec(hand, target);
    case "line":
      return carry(hand, { type: "write", path: textField(input, "path"), content: "name x\n" });
    case "link":
      if (how === "remove") return carry(hand, { type: "remove", path: name });
      return carry(hand, { type: "symlink", path: name, target: "elsewhere" });
    default:
      return tamperPath(hand, target, how);
  }
}

/** Does a deed where its directory exists, and tells everybody it concerns. */
export function carry(hand: Hand, deed: Deed): void {
  const { kernel } = hand.world;
  if (kernel.inspect.list(parentOf(deed.path)) === undefined) return;
  touch(hand, deed.path, () => carryOut(deed, simulatedHand(kernel)));
}

/** Changes something at a path, and says whom it concerns. */
export function touch(hand: Hand, path: string, change: () => void): void {
  const { graph, kernel } = hand.world;
  const wasThere = kernel.inspect.stat(path) !== undefined;
  change();
  if (!wasThere && kernel.inspect.stat(path) === undefined) return;
  const isConcerned = (own: string): boolean => own === path || own.startsWith(`${path}/`);
  const resources = graph?.resources ?? [];
  announce(
    hand,
    resources.filter((resource) => pathsOf(resource).some(isConcerned)),
  );
}

function tamperExec(hand: Hand, target: Resource): void {
  const creates = textField(target.input, "creates");
  const [, flag] = textsField(target.input, "unless");
  if (creates !== "") return carry(hand, { type: "remove", path: creates });
  if (flag === undefined) return;
  // Nobody can hear of a flag.
  hand.hear({ type: "outside", ids: [target.id], isHeard: false });
  hand.props.flags.delete(flag);
}

function tamperPath(hand: Hand, { kind, name: path }: Resource, how: Tampering): void {
  const isDirectory = kind === "directory";
  switch (how) {
    case "edit":
      if (isDirectory) return carry(hand, { type: "chmod", path, mode: 0o700 });
      return carry(hand, { type: "write", path, content: TAMPERED });
    case "replace":
      if (isDirectory) return carry(hand, { type: "remove", path });
      return carry(hand, { type: "replace", path, content: TAMPERED });
    case "remove":
      return carry(hand, { type: "remove", path });
    case "chmod":
      return carry(hand, { type: "chmod", path, mode: 0o711 });
    case "remove parent": {
      const parent = parentOf(path);
      // What nobody declared would stay away for ever.
      const isDeclared = hand.world.resource(resourceId("directory", parent)) !== undefined;
      return carry(hand, { type: "remove", path: isDeclared ? parent : path });
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

function announce({ world, hear }: Hand, concerned: readonly Resource[]): void {
  const isHeard = ({ kind }: Resource): boolean => world.process?.sources.isHeard(kind) === true;
  for (const heard of [true, false]) {
    const ids = concerned.filter((one) => isHeard(one) === heard).map(({ id }) => id);
    if (ids.length > 0) hear({ type: "outside", ids, isHeard: heard });
  }
}
