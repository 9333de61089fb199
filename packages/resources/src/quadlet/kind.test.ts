import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import { actionOn, createSimulatedHost, VirtualClock, writeContext } from "@holdfast/testing";
import fc from "fast-check";
import { judge } from "./judge.ts";
import { quadletKind } from "./kind.ts";
import type { QuadletObserved } from "./observe.ts";
import type { QuadletInput, QuadletSpec } from "./spec.ts";

const CONTAINER = "[Container]\nImage=registry.example/app:1\n";
const FOLDER = "/etc/containers/systemd";
const TRIED = "/run/holdfast-quadlet/.holdfast-a-1.container";

function bind(name: string, input: QuadletInput): QuadletSpec {
  return quadletKind.bind(name, input, (path, summary) => assert.fail(`${path}: ${summary}`));
}

function mistakesOf(name: string, input: QuadletInput): readonly string[] {
  const mistakes: string[] = [];
  quadletKind.bind(name, input, (path, summary) => mistakes.push(`${path}: ${summary}`));
  return mistakes;
}

/** What is said when the generator says so of `web.container`; `undefined` when it is taken. */
function refusalOf(stderr: string, stdout = ""): string | undefined {
  const streams = { stdout, stderr, isTruncated: false, signalName: undefined };
  try {
    judge(bind("web.container", { text: CONTAINER }), {
      result: { exitCode: 1, ...streams },
      path: TRIED,
    });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Fault && error.reason === "ValidationFailed");
    return error.message;
  }
}

suite("quadlet", () => {
  test("a quadlet has its service by its name, or as it says itself", () => {
    const unitOf = (name: string, text: string): string => bind(name, { text }).service.unit;
    assert.equal(unitOf("web.container", CONTAINER), "web.service");
    assert.equal(unitOf("a.b.volume", "[Volume]\n"), "a.b-volume.service");
    assert.equal(unitOf("n.network", "[Network]\n"), "n-network.service");
    assert.equal(unitOf("i.image", "[Image]\nImage=x\n"), "i-image.service");
    assert.equal(unitOf("p.pod", "[Pod]\n"), "p-pod.service");
    assert.equal(unitOf("k.kube", "[Kube]\nYaml=/srv/k.yaml\n"), "k.service");
    const named = `[Unit]\nServiceName=no\n${CONTAINER}ServiceName = other\n`;
    assert.equal(unitOf("web.container", named), "other.service");
  });

  test("a quadlet comes after what it names, and after what it is given of the machine", () => {
    const spec = bind("web.container", {
      sections: {
        Container: {
          Image: "app.image",
          Volume: ["data.volume:/data:ro", "/srv/www:/www", "named:/x"],
          Network: ["front.network:ip=10.0.0.2", "host"],
          Pod: "all.pod",
          Mount: "type=volume,source=m.volume,destination=/m",
          EnvironmentFile: "/etc/web.env",
        },
      },
    });
    const named = ["app.image", "data.volume", "front.network", "all.pod", "m.volume"];
    assert.deepEqual(
      quadletKind.needs?.(spec),
      named.map((each) => `path:${FOLDER}/${each}`),
    );
    assert.deepEqual(quadletKind.uses?.(spec), ["path:/srv/www", "path:/etc/web.env"]);
  });

  test("a name without a type, a template, and content that is missing or doubled are mistakes", () => {
    assert.deepEqual(mistakesOf("web", { text: CONTAINER }), [": not the name of a quadlet"]);
    assert.deepEqual(mistakesOf("../a.container", { text: CONTAINER }), [
      ": not the name of a quadlet",
    ]);
    assert.deepEqual(mistakesOf("web@.container", { text: CONTAINER }), [": a template"]);
    assert.deepEqual(mistakesOf("a.volume", {}), [": nothing to write"]);
    assert.deepEqual(mistakesOf("a.volume", { text: "" }), [": an empty quadlet"]);
    assert.deepEqual(mistakesOf("a.volume", { text: "[Volume]\n", state: "absent" }), [
      "text: a value for what should be absent",
    ]);
  });

  test("a line that the generator could not read is a mistake, wherever it is", () => {
    const lines = fc.constantFrom(
      "",
      "# why",
      "; why",
      "[Unit]",
      "After=a.target",
      "Exec=a \\\n b",
    );
    fc.assert(
      fc.property(fc.array(lines), fc.array(lines), (before, after) => {
        const text = (middle: readonly string[]): string =>
          [...before, ...middle, ...after, "[Container]"].join("\n");
        assert.deepEqual(mistakesOf("web.container", { text: text([]) }), []);
        assert.deepEqual(mistakesOf("web.container", { text: text(["garbage"]) }), [
          "text: not a line of a quadlet",
        ]);
      }),
    );
  });

  test("a file is taken when the generator made a service of it, whatever it says of others", () => {
    const others = `quadlet-generator[1]: converting "a.container": unsupported key 'Imge' in group 'Container'\n`;
    assert.equal(refusalOf(others, `[Unit]\nSourcePath=${TRIED}\n`), undefined);
    assert.match(refusalOf(others) ?? "", /it made nothing of it \(exit code 1\)$/);
  });

  test("a refusal has the words of the generator, about the file by its own name", () => {
    const said =
      `quadlet-generator[1]: Loading source unit file ${TRIED}\n` +
      `quadlet-generator[1]: converting ".holdfast-a-1.container": unsupported key 'Imge' in group 'Container' in ${TRIED}\n`;
    const words = `converting "web.container": unsupported key 'Imge' in group 'Container' in ${FOLDER}/web.container`;
    assert.ok(refusalOf(said)?.endsWith(`which was not installed: ${words}`), refusalOf(said));
  });

  test("a file that hides its whole folder is named, but does not keep itself from being replaced", () => {
    const hiding = (name: string): string => `error loading "${FOLDER}/${name}", line 1\n`;
    const made = `SourcePath=${TRIED}\n`;
    assert.match(refusalOf(hiding("a.volume"), made) ?? "", /cannot read .*\/a\.volume, and makes/);
    assert.equal(refusalOf(hiding("web.container"), made), undefined);
    assert.equal(refusalOf(hiding("sub/a.volume"), made), undefined);
    const missing = 'converting ".holdfast-a-1.container": data.volume was not found\n';
    assert.equal(refusalOf(hiding("web.container") + missing), undefined);
    assert.match(refusalOf(missing) ?? "", /data\.volume was not found/);
  });

  test("without a generator nothing is written, and the fault says what is missing", async () => {
    const clock = new VirtualClock();
    const host = createSimulatedHost({ clock });
    const before = host.kernel.inspect.tree();
    const spec = bind("data.volume", { text: "[Volume]\n" });
    const changes = quadletKind.diff(spec, undefined);
    const action = actionOn<QuadletSpec, QuadletObserved>(quadletKind, {
      spec,
      observed: undefined,
      changes,
    });
    const context = writeContext({ tree: () => [], host });
    const applied = quadletKind.apply(action, context);
    await assert.rejects(clock.finish(applied), (error) => {
      assert.ok(error instanceof Fault && error.reason === "CommandNotFound");
      assert.match(error.resolution, /Install Podman 4\.4 or newer/);
      return true;
    });
    assert.deepEqual(host.kernel.inspect.tree(), before);
  });
});
