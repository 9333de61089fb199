import assert from "node:assert/strict";
import { test } from "node:test";
import { assess, type Change, change, type JudgedAction } from "@holdfast/core";
import { createStandardCatalog, listStandardKinds } from "./standard-kinds.ts";

const catalog = createStandardCatalog();

/** What is judged, beside an update of something that others made and that cannot be given back. */
interface Asked extends Partial<Omit<JudgedAction<unknown, unknown>, "spec" | "changes">> {
  readonly name?: string;
  readonly changes?: readonly Change[];
}

/** The risk of an action on a resource of a kind, which an author would declare so. */
function riskOf(kindName: string, input: object, asked: Asked = {}): string {
  const { name = "/a", changes = [], ...rest } = asked;
  const kind = catalog.get(kindName);
  assert.ok(kind, kindName);
  const spec = kind.bind(name, input, (path, summary) => assert.fail(`${path}: ${summary}`));
  const verb = kind.isAbsent?.(spec) === true ? "delete" : "update";
  const found = { verb, cause: "intent", provenance: "adopted", observed: {}, ...rest } as const;
  const { risk, impact } = assess(kind, { ...found, spec, changes }, { isReversible: false });
  return `${risk} ${impact}`;
}

test("only these kinds have rows that answer for all that is there, and so may call a foreign change benign", () => {
  const rows = listStandardKinds().flatMap(({ kind, risks = {} }) => {
    const vouched = Object.values(risks).filter(
      ({ risk, isWhole, why }) =>
        risk === "benign" && isWhole === true && !why.startsWith("is refused"),
    );
    return vouched.length === 0 ? [] : [kind];
  });
  assert.deepEqual(rows.toSorted(), [
    "archive",
    "container",
    "container-image",
    "directory",
    "file",
    "firewall",
    "git-checkout",
    "hosts-entry",
    "line",
    "link",
    "mount",
    "package",
    "quadlet",
    "service",
    "ssh-key",
    "swap",
    "sysctl",
    "timer",
    "user",
  ]);
});

test("every kind with operations or a refresh says what they cost, and a kind without a row is judged by the rules alone", () => {
  for (const kind of listStandardKinds()) {
    const { kind: name, risk, risks, refresh, operations = {} } = kind;
    assert.equal(risk === undefined, risks === undefined, name);
    if (refresh !== undefined)
      assert.ok(risk, `${name} can be refreshed and says not what that costs`);
    for (const { risk: cost } of Object.values(operations)) assert.ok(cost);
  }
});

test("bytes of others that cannot be given back are destructive, their attributes are not", () => {
  const content = [change("content", "binary", "text")];
  assert.equal(riskOf("file", { content: "text" }, { changes: content }), "destructive data");
  const mode = [change("mode", "0644", "0600")];
  assert.equal(riskOf("file", { mode: "0600" }, { changes: mode }), "benign none");
  const both = [...content, ...mode];
  assert.equal(riskOf("file", { content: "text" }, { changes: both }), "destructive data");
  const type = [change("type", "directory", "file")];
  assert.equal(riskOf("file", { content: "text" }, { changes: type }), "benign none");
});

test("a tree, a purge and what force replaces are destructive; an empty directory is not", () => {
  const gone = { changes: [change("state", "present", undefined)] };
  const absent = { state: "absent" };
  assert.equal(riskOf("directory", absent, gone), "benign none");
  assert.equal(riskOf("directory", { ...absent, force: true }, gone), "destructive data");
  const ours = { ...gone, provenance: "created", isAsLeft: true } as const;
  assert.equal(riskOf("directory", { ...absent, force: true }, ours), "destructive data");
  const copy = { source: "/b", purge: true };
  const purge = [change("purge", "1 entry: x", undefined)];
  assert.equal(riskOf("directory", copy, { changes: purge }), "destructive data");
  const newer = { changes: [change("source.change", "1 entry: x", "as in /b")] };
  assert.equal(riskOf("directory", copy, newer), "destructive data");
  const type = { changes: [change("type", "file", "directory")] };
  assert.equal(riskOf("directory", { force: true }, type), "destructive data");
  assert.equal(riskOf("directory", {}, type), "benign none");
  const file = { changes: [change("type", "file", "link")], observed: { type: "file" } };
  assert.equal(riskOf("link", { target: "/b", force: true }, file), "destructive data");
  assert.equal(riskOf("link", { target: "/b" }, file), "benign none");
});

test("what interrupts something that runs is disruptive, whoever made it", () => {
  const stop = { name: "nginx", changes: [change("state", "running", "stopped")] };
  assert.equal(riskOf("service", { state: "stopped" }, stop), "disruptive restart");
  const start = { name: "nginx", changes: [change("state", "failed", "running")] };
  assert.equal(riskOf("service", { state: "running" }, start), "benign none");
  const refresh = { name: "nginx", verb: "refresh" } as const;
  assert.equal(riskOf("service", { onRefresh: "reload" }, refresh), "benign reload");
  assert.equal(riskOf("service", {}, refresh), "disruptive restart");
  const ran = { name: "x", changes: [change("ran", false, true)], observed: { ran: false } };
  const command = { command: ["/bin/true"], creates: "/x" };
  assert.equal(riskOf("exec", command, ran), "disruptive data");
  assert.equal(riskOf("exec", command, { ...ran, verb: "refresh" }), "disruptive data");
  const boot = { name: "x", changes: [change("rebooted", false, true)] };
  assert.equal(riskOf("reboot", {}, boot), "disruptive reboot");
  const unmount = { name: "/mnt", changes: [change("mounted", true, false)] };
  assert.equal(riskOf("mount", { state: "absent" }, unmount), "disruptive restart");
});

test("a quadlet whose file changed is restarted where it runs; with its service left alone it is not", () => {
  const observed = { service: { active: "active" } };
  const text = [change("text", "[Volume]", "[Volume] ")];
  const ours = { provenance: "created", isAsLeft: true } as const;
  const asked = { name: "a.volume", observed, changes: text, ...ours };
  assert.equal(riskOf("quadlet", { text: "[Volume]\n" }, asked), "disruptive restart");
  const left = riskOf("quadlet", { text: "[Volume]\n", state: "present" }, asked);
  assert.equal(left, "benign none");
  const stop = { ...asked, changes: [change("service.state", "running", "stopped")] };
  const stopped = { text: "[Volume]\n", state: "stopped" };
  assert.equal(riskOf("quadlet", stopped, stop), "disruptive restart");
  const start = { ...asked, changes: [change("service.state", "stopped", "running")] };
  assert.equal(riskOf("quadlet", { text: "[Volume]\n" }, start), "benign none");
  assert.equal(
    riskOf("quadlet", { state: "absent" }, { ...asked, verb: "delete" }),
    "disruptive restart",
  );
});

test("packages and users: what is new is benign, what is replaced disruptive, what takes data away destructive", () => {
  const named = (observed: unknown, changes: readonly Change[]) => ({
    name: "x",
    observed,
    changes,
  });
  const made = [change("state", undefined, "present")];
  assert.equal(riskOf("package", {}, named(undefined, made)), "benign none");
  const installed = { state: "installed" };
  const version = named(installed, [change("version", "1", "2")]);
  assert.equal(riskOf("package", { version: "2" }, version), "disruptive restart");
  assert.equal(
    riskOf("package", { hold: true }, named(installed, [change("hold", false, true)])),
    "benign none",
  );
  const gone = named(installed, [change("state", "present", undefined)]);
  assert.equal(riskOf("package", { state: "absent" }, gone), "disruptive restart");
  assert.equal(riskOf("package", { state: "absent", purge: true }, gone), "destructive data");
  assert.equal(riskOf("user", {}, named(undefined, made)), "benign none");
  assert.equal(riskOf("user", { state: "absent" }, gone), "disruptive restart");
  assert.equal(riskOf("user", { state: "absent", removeHome: true }, gone), "destructive data");
  assert.equal(
    riskOf("user", { comment: "y" }, named({}, [change("comment", "x", "y")])),
    "benign none",
  );
  assert.equal(riskOf("user", { uid: 7 }, named({}, [change("uid", 1, 7)])), "disruptive restart");
});

test("swap is made of foreign data by force only, and a checkout removed with its local work likewise", () => {
  const size = [change("size", 1, 2)];
  const other = { file: { content: "other" } };
  const asked = (observed: unknown) => ({ name: "/swap", observed, changes: size });
  assert.equal(riskOf("swap", { size: "8M", force: true }, asked(other)), "destructive data");
  assert.equal(
    riskOf("swap", { size: "8M" }, asked({ file: { content: "swap" } })),
    "disruptive restart",
  );
  const made = { ...asked(undefined), changes: [change("size", undefined, 2)] };
  assert.equal(riskOf("swap", { size: "8M" }, made), "benign none");
  const absent = { state: "absent" };
  assert.equal(riskOf("git-checkout", absent), "benign none");
  assert.equal(riskOf("git-checkout", { ...absent, force: true }), "destructive data");
});
