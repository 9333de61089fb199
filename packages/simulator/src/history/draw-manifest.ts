import type { JsonObject } from "@holdfast/core";
import { CONTENTS } from "../machine/contents.ts";
import { GATES } from "../machine/gates.ts";
import { SERVICES } from "../machine/services.ts";
import type { DeclaredInput } from "../machine/world.ts";
import type { Draw } from "./draw.ts";

const MODES = ["0600", "0644", "4755"];
const DIRECTORIES = ["/srv/a", "/srv/a/b", "/srv/c"];
/** Files, each below a directory that exists or is declared with it. */
const FILES = ["/srv/a/one", "/srv/a/b/two", "/srv/c/three", "/etc/four", "/etc/five", "/etc/six"];
const LINKS = ["/srv/a/link", "/etc/link"];
const LINES = ["port", "user"];
const FLAGS = ["x", "y"];
const FAKES = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"];
/** These share a lane and are applied together. */
const GROUPED = ["g0", "g1", "g2", "g3"];

/** A manifest of a few resources of every kind, in an order in which dependencies come first. */
export function drawManifest(draw: Draw): readonly DeclaredInput[] {
  const files = draw.some(FILES, 0.45);
  const links = draw.some(LINKS, 0.3);
  const needed = [...files, ...links];
  const directories = DIRECTORIES.filter((path) => isNeeded(path, needed) || draw.chance(0.2));
  const parents = directories.filter(
    (path) => path !== "/srv/a/b" || directories.includes("/srv/a"),
  );
  const bare = [
    ...parents.map((name) => input("directory", name, { mode: draw.one(["0755", "0750"]) })),
    ...files.map((name) => input("file", name, drawFile(draw))),
    ...links.map((name) => input("link", name, { target: draw.one(["one", "two"]) })),
    ...draw.some(LINES, 0.3).map((name) => drawLine(draw, name)),
    ...draw
      .some(FLAGS, 0.4)
      .map((name) =>
        input("exec", `set-${name}`, { command: ["set", name], unless: ["is-set", name] }),
      ),
    ...draw
      .some(["/etc/made"], 0.3)
      .map((path) => input("exec", "make", { command: ["make", path], creates: path })),
    ...draw
      .some(["k1", "k2"], 0.35)
      .map((key) => input("exec", `once-${key}`, { command: ["once", key], idempotencyKey: key })),
    ...draw.some(FAKES, 0.6).map((name) => input("fake", name, { value: drawValue(draw) })),
    ...draw
      .some(GROUPED, 0.6)
      .map((name) => input("fake", name, { value: drawValue(draw), lane: "g", group: "g" })),
  ];
  const resources = bare.length === 0 ? [input("fake", "c0", { value: "good" })] : bare;
  const ordered = resources.map((one, at) => ({
    ...one,
    meta: drawMeta(draw, one, { earlier: resources.slice(0, at), later: resources.slice(at + 1) }),
  }));
  const gated = ordered.map((one) => ({
    ...one,
    meta: { ...one.meta, ...drawConditions(draw, one) },
  }));
  return gated.map((one) => ({ ...one, meta: { ...one.meta, ...drawHealth(draw) } }));
}

/** Few have a check, and of readiness alone: liveness refreshes what nobody changed. */
function drawHealth(draw: Draw): JsonObject {
  if (!draw.chance(0.08)) return {};
  const timing = { periodMs: 1_000, timeoutMs: 200, failureThreshold: draw.between(1, 2) };
  return { health: [{ tcp: draw.one(SERVICES), ...timing }] };
}

/** Most wait for nothing; something to stand in never waits, or little would ever happen. */
function drawConditions(draw: Draw, { kind }: DeclaredInput): JsonObject {
  if (kind === "directory" || !draw.chance(0.14)) return {};
  const gate = { ...draw.one(GATES) };
  const other = { ...draw.one(GATES) };
  const forms: readonly JsonObject[] = [
    gate,
    gate,
    { any: [gate, { not: other }] },
    { not: { all: [gate, other] } },
  ];
  return { condition: [draw.one(forms)] };
}

function isNeeded(directory: string, paths: readonly string[]): boolean {
  return paths.some((path) => path.startsWith(`${directory}/`));
}

function input(kind: string, name: string, spec: JsonObject): DeclaredInput {
  return { kind, name, spec, meta: {} };
}

function drawFile(draw: Draw): JsonObject {
  if (draw.chance(0.15)) return { state: "absent" };
  return { content: draw.one(CONTENTS), ...(draw.chance(0.6) ? { mode: draw.one(MODES) } : {}) };
}

function drawLine(draw: Draw, name: string): DeclaredInput {
  const line = `${name} ${draw.one(["80", "8080"])}`;
  return input("line", name, { path: "/etc/lines", line, match: `^${name} ` });
}

function drawValue(draw: Draw): string {
  return draw.one(["good", "better"]);
}

function drawMeta(
  draw: Draw,
  { kind }: DeclaredInput,
  { earlier, later }: Readonly<Record<"earlier" | "later", readonly DeclaredInput[]>>,
): JsonObject {
  const idOf = (one: DeclaredInput): string => `${one.kind}:${one.name}`;
  const dependsOn = earlier.length > 0 && draw.chance(0.35) ? [idOf(draw.one(earlier))] : [];
  // Only these kinds can be refreshed.
  const refreshable = later.filter((one) => one.kind === "fake" || one.name.startsWith("set-"));
  const notify = refreshable.length > 0 && draw.chance(0.15) ? [idOf(draw.one(refreshable))] : [];
  return {
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    ...(notify.length > 0 ? { notify } : {}),
    // Something to stand in must exist, or what is in it can never be made.
    ...(kind !== "directory" && draw.chance(0.1) ? { noop: true } : {}),
    ...(draw.chance(0.12) ? { limit: { perSecond: 0.2, burst: 2 } } : {}),
    ...(draw.chance(0.15) ? { retry: draw.between(1, 5) } : {}),
    ...(draw.chance(0.1) ? { timeoutMs: 4_000 } : {}),
  };
}
