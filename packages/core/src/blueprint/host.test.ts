/** The type of the SDK: this file proves by compiling. What must not compile says `@ts-expect-error`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceId } from "../id.ts";
import { blueprintFor } from "./blueprint-function.ts";
import type { CamelCase } from "./host.ts";
import { secret, text } from "./secret-text.ts";

interface FileInput {
  readonly content?: string;
  readonly mode?: string;
  readonly recurse?: { readonly mode?: string; readonly owner?: string };
}

interface Support<Os> {
  readonly platforms: readonly Os[];
}

interface InventedKinds {
  readonly file: {
    readonly support: Support<"linux" | "darwin" | "windows">;
    bind(name: string, input: FileInput, report: () => void): unknown;
  };
  readonly "json-field": {
    readonly support: Support<"linux" | "darwin" | "windows">;
    bind(name: string, input: { readonly path: string; readonly modes?: string }): unknown;
  };
  readonly sysctl: {
    readonly support: Support<"linux">;
    bind(name: string, input: { readonly value: string }): unknown;
  };
}

/** An interface cannot stand for a record; what is picked from one can. */
type Kinds = Pick<InventedKinds, keyof InventedKinds>;

const blueprint = blueprintFor<Kinds>();

test("kinds are methods, specs are checked, platforms narrow", () => {
  const one = blueprint("one", (host) => {
    const file = host.file("/a", { content: "x", mode: 0o644, recurse: { mode: 0o755 } });
    const id: ResourceId = file.id;
    host.file("/b");
    host.file("/s", { content: secret("a.b") });
    host.jsonField("s", { path: "/a", modes: text`x${secret("a.b")}` });
    // @ts-expect-error nothing but a text can be secret
    host.file("/s", { recurse: secret("a.b") });
    host.file("/c", { mode: "0644" }, { dependsOn: [file, id, "package:x"], noop: true });
    host.jsonField("x", { path: "/a" }, { notify: [file] });
    // @ts-expect-error a required field is missing
    host.jsonField("x", {});
    // @ts-expect-error a spec is required where it has a required field
    host.jsonField("x");
    // @ts-expect-error no such field
    host.file("/a", { contnet: "x" });
    // @ts-expect-error only a field called `mode` takes a number
    host.jsonField("x", { path: "/a", modes: 5 });
    // @ts-expect-error no such field in meta
    host.file("/a", {}, { dependson: [] });
    // @ts-expect-error no such kind
    offers(host, "fiel");
    // @ts-expect-error kinds in words are methods in camel case
    offers(host, "json-field");
    // @ts-expect-error it exists only on Linux
    offers(host, "sysctl");
    if (host.os === "linux") host.sysctl("net.core.somaxconn", { value: "4096" });
    // @ts-expect-error and not elsewhere
    if (host.os === "darwin") offers(host, "sysctl");
    // @ts-expect-error facts are read only
    host.facts.hostname = "x";
    const isIn: boolean = host.inShard(10, "salt");
    return isIn ? file : undefined;
  });
  assert.equal(one.name, "one");
});

test("parameters are inferred, and those of included blueprints checked", () => {
  const one = blueprint("one", () => undefined);
  const two = blueprint(
    "two",
    {
      parameters: {
        port: { type: "number", default: 80 },
        site: { type: "string" },
        level: { type: "enum", values: ["debug", "info"] },
        hosts: { type: "list", default: [] },
      },
      includes: [one],
    },
    (host, { port, site, level, hosts }) => {
      host.file(`/${site.length}${port.toFixed()}${hosts.join()}`);
      if (level === "debug") host.file("/debug");
      // @ts-expect-error not among the values
      if (level === "trace") host.file("/trace");
      host.include(one);
      host.include("one");
      host.include(two, { site: "x", level: "info" });
      // @ts-expect-error a required parameter is missing
      host.include(two, { site: "x" });
      // @ts-expect-error required parameters cannot be left out altogether
      host.include(two);
      // @ts-expect-error wrong type
      host.include(two, { site: "x", level: "info", port: "80" });
    },
  );
  assert.equal(two.name, "two");
});

test("what no blueprint may be", () => {
  // @ts-expect-error a blueprint does not wait
  blueprint("async", async () => {});
  // @ts-expect-error no such type of parameter
  blueprint("three", { parameters: { port: { type: "port" } } }, () => {});
  const camel: CamelCase<"ssh-key-pair"> = "sshKeyPair";
  assert.equal(camel, "sshKeyPair");
});

/** Calling what does not exist would be an error twice: of the compiler, and of the linter. */
function offers<Offering extends object>(host: Offering, method: keyof Offering): boolean {
  return method in host;
}
