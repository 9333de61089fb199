import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Diagnostic, isJsonObject, type Json, parseFile, readManifest } from "@holdfast/core";
import { META_FIELDS } from "@holdfast/core/foreign-words";
import { createStandardCatalog } from "../standard-kinds.ts";
import { FOREIGN_FIELDS } from "./foreign-fields.ts";
import { FOREIGN_KINDS, UNBUILT_KINDS } from "./foreign-kinds.ts";
import { FOREIGN_VALUES } from "./foreign-values.ts";
import { adviceOf, type ForeignTable, type ForeignWord } from "./foreign-word.ts";
import { foreignWords } from "./foreign-words.ts";
import { OTHER_LANGUAGES } from "./other-languages.ts";

const catalog = createStandardCatalog();
/** Has no word of the rows for any kind. */
const ANY_KIND = "group";
/** What a reading says of a field that nobody may write. */
const REFUSALS = ["Unknown field", "Wrong type", "Wrong value", "Unknown kind", "Not built yet"];

interface Row {
  readonly kind: string;
  readonly word: string;
  readonly row: ForeignWord;
}

function rowsOf(table: ForeignTable): readonly Row[] {
  return Object.entries(table).flatMap(([kinds, rows]) =>
    kinds
      .split(" ")
      .flatMap((kind) =>
        Object.entries(rows).flatMap(([words, row]) =>
          words.split(" ").map((word) => ({ kind: kind === "*" ? ANY_KIND : kind, word, row })),
        ),
      ),
  );
}

function refusalsOf(document: object): readonly Diagnostic[] {
  const whole = {
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "m" },
    ...document,
  };
  const file = { file: "m.json", text: JSON.stringify(whole), format: "json" } as const;
  const options = { catalog, hash: { sha256: () => "" }, words: foreignWords };
  const { diagnostics } = readManifest([file], options);
  return diagnostics.filter(({ summary }) => REFUSALS.includes(summary));
}

function refusalsOfResource(resource: object): readonly Diagnostic[] {
  return refusalsOf({ resources: [{ name: "/a", ...resource }] });
}

/** What a row says to write, read as YAML. */
function written(row: ForeignWord): { readonly [field: string]: Json | undefined } {
  const text = typeof row === "string" ? row : row[0];
  if (text === "") return {};
  const diagnostics: Diagnostic[] = [];
  const [document] = parseFile({ file: "row.yaml", text, format: "yaml" }, diagnostics);
  assert.deepEqual(diagnostics, [], text);
  assert.ok(isJsonObject(document?.value), text);
  return document.value;
}

/** What a row advises must itself be right. */
function checkWritten(row: ForeignWord, kind: string): void {
  const fields = written(row);
  const document = kind === "Manifest" ? fields : { resources: [{ kind, name: "/a", ...fields }] };
  assert.deepEqual(refusalsOf(document), [], adviceOf(row));
}

function checkAdvice(found: readonly Diagnostic[], row: ForeignWord, word: string): void {
  const details = found.map(({ detail }) => detail);
  assert.equal(details.length, 1, `${word}: ${details.join("\n")}`);
  assert.ok(details[0]?.endsWith(` ${adviceOf(row)}`), `${word}: ${details[0]}`);
}

suite("words of other tools", () => {
  test("every field of another tool is refused with what its row says, which is right", () => {
    for (const { kind, word, row } of rowsOf(FOREIGN_FIELDS)) {
      checkWritten(row, kind);
      if (kind === "Manifest") checkAdvice(refusalsOf({ [word]: 1 }), row, word);
      else checkAdvice(refusalsOfResource({ kind, spec: { [word]: 1 } }), row, `${kind} ${word}`);
    }
  });

  test("a field beside spec gets the advice of one in it", () => {
    const [found] = refusalsOfResource({ kind: "file", src: "x" });
    assert.match(
      found?.detail ?? "",
      /^resources\[0\] has no field "src"\. Write spec: \{ content/,
    );
  });

  test("advice repeats a path, an id or a tag that was written", () => {
    const adviceFor = (kind: string, resource: object): string =>
      refusalsOfResource({ kind, ...resource })[0]?.detail.replace(/^.*?\. /, "") ?? "";
    assert.equal(
      adviceFor("directory", { spec: { src: "/opt/a-b" } }),
      "Write spec: { source: /opt/a-b }.",
    );
    assert.match(adviceFor("directory", { spec: { src: "a: b" } }), /source: \/srv\/site \}\.$/);
    const meta = (fields: object): string => adviceFor("file", { meta: fields });
    assert.equal(meta({ notify: "exec:x" }), 'Write meta: { notify: ["exec:x"] }.');
    assert.equal(meta({ notify: "restart nginx" }), 'Write meta: { notify: ["service:nginx"] }.');
    assert.equal(meta({ tags: "base" }), 'Write meta: { tags: ["base"] }.');
  });

  test("every value of another tool is refused with what its row says, which is right", () => {
    for (const { kind, word, row } of rowsOf(FOREIGN_VALUES)) {
      checkWritten(row, kind);
      const [field = "", text = ""] = word.split("=");
      const samples: Readonly<Record<string, Json>> = { "[]": [[]], text: "zz z", true: true };
      const value = samples[text] ?? (text === "false" ? false : text);
      const place = META_FIELDS.includes(field) ? "meta" : "spec";
      checkAdvice(
        refusalsOfResource({ kind, [place]: { [field]: value } }),
        row,
        `${kind} ${word}`,
      );
    }
  });

  test("every kind of another tool is refused with what its row says, which is right", () => {
    for (const [words, row] of Object.entries(FOREIGN_KINDS)) {
      checkWritten(row, ANY_KIND);
      for (const word of words.split(" ")) {
        checkAdvice(refusalsOfResource({ kind: word }), row, word);
        checkAdvice(refusalsOfResource({ kind: `ansible.builtin.${word}` }), row, word);
      }
    }
  });

  test("what is designed and not built says so, also misspelt; nonsense is unknown", () => {
    for (const [kind, until] of Object.entries(UNBUILT_KINDS)) {
      assert.ok(!catalog.has(kind), `${kind} is built: take its row away`);
      for (const word of [kind, kind.replace(/(.)(.)$/, "$2$1")]) {
        const [found] = refusalsOfResource({ kind: word });
        assert.equal(found?.summary, "Not built yet", word);
        assert.ok(found.detail.includes(`${kind} is designed`), found.detail);
        assert.ok(found.detail.endsWith(`(NotBuilt). Until then: ${until}`), found.detail);
      }
    }
    const [nonsense] = refusalsOfResource({ kind: "blorb" });
    assert.match(nonsense?.detail ?? "", /^There is no kind "blorb"\. There are: apt-repository/);
    const [near] = refusalsOfResource({ kind: "fiel" });
    assert.match(near?.detail ?? "", /Did you mean "file"\?$/);
  });

  test("fields in the wrong one of spec, meta and the resource itself are sent to the right one", () => {
    const check = (resource: object, advice: string): void => {
      const [found] = refusalsOfResource({ kind: "file", ...resource });
      assert.ok(found?.detail.endsWith(advice), found?.detail);
    };
    check({ content: "x" }, "It is a field of spec: write spec: { content: … }.");
    check({ meta: { mode: "0644" } }, "It is a field of spec: write spec: { mode: … }.");
    check({ dependsOn: [] }, "It is a field of meta, beside spec: write meta: { dependsOn: … }.");
    check({ spec: { tags: [] } }, "It is a field of meta, beside spec: write meta: { tags: … }.");
  });
});

const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  "an Ansible playbook": [
    "- hosts: web\n  become: yes\n  tasks:\n    - apt: { name: nginx }\n",
    "---\n- import_playbook: site.yml\n",
  ],
  "a list of Ansible tasks": [
    "- name: install\n  apt: name=nginx state=latest\n",
    "- ansible.builtin.copy: { src: a, dest: /b }\n",
  ],
  "an Ansible inventory": [
    "all:\n  hosts:\n    web1:\n",
    "[web:vars]\nx=1\n",
    "web1 ansible_host=192.0.2.1\n",
  ],
  "a docker-compose file": ["services:\n  web:\n    image: nginx\n"],
  "an object of Kubernetes": [
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: {}\n",
    "apiVersion: v1\nkind: Pod\n",
  ],
  "cloud-init's user data": ["#cloud-config\npackages: [nginx]\nruncmd: [ls]\n"],
  "a state of Salt": ["nginx:\n  pkg.installed: []\n  service.running: []\n"],
  "a manifest of Puppet": [
    "class web {\n  package { 'nginx':\n    ensure => installed,\n  }\n}\n",
    "file { '/etc/motd':\n  ensure => file,\n}\n",
  ],
  "a policy of CFEngine": [
    "bundle agent main\n{\n  files:\n    '/etc/motd' create => 'true';\n}\n",
  ],
  "a recipe of Chef": ["package 'nginx' do\n  action :install\nend\n"],
  "a configuration of Terraform": ['resource "aws_instance" "web" {\n  ami = "x"\n}\n'],
  "a configuration of Nix": ["{ config, pkgs, ... }:\n{ services.nginx.enable = true; }\n"],
  "a Dockerfile": ["FROM debian:12\nRUN apt-get update\n"],
  "a unit of systemd": ["[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n"],
  "a script": ["#!/bin/sh\nset -e\napt-get install nginx\n"],
  "a blueprint": [
    'import { blueprint } from "holdfast";\nexport default blueprint("x", () => {});\n',
  ],
};

suite("files of other tools", () => {
  const read = (text: string, format: "yaml" | "json" = "yaml") => {
    const options = { catalog, hash: { sha256: () => "" }, words: foreignWords };
    return readManifest([{ file: `m.${format}`, text, format }], options).diagnostics;
  };

  test("each is known by its text or its data, and that is the one mistake that is shown", () => {
    assert.deepEqual(
      OTHER_LANGUAGES.map(({ name }) => name).toSorted(),
      Object.keys(LANGUAGES).toSorted(),
    );
    for (const [name, samples] of Object.entries(LANGUAGES)) {
      for (const text of samples) {
        const found = read(text).map(({ summary, detail }) => `${summary}: ${detail}`);
        assert.equal(found.length, 1, text);
        assert.ok(found[0]?.startsWith(`Not a manifest: This is ${name}. `), found[0]);
      }
    }
  });

  test("some are known by the ending of their names", () => {
    assert.equal(foreignWords.languageOfEnding(".pp")?.name, "a manifest of Puppet");
    assert.equal(foreignWords.languageOfEnding(".yaml"), undefined);
  });

  test("a manifest with a mistake is never one of them", () => {
    const head = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: m }\n";
    for (const text of [
      `${head}services: {}\n`,
      `${head}resources:\n  - { kind: file, name: /a, spec: { content: "#!/bin/sh\\nFROM x\\n", x: 1 } }\n`,
      `metadata: { name: m }\nresources: [{ kind: exec, name: x, spec: { script: x } }]\n`,
      "resources: [\n",
      "just a text\n",
    ]) {
      const summaries = read(text).map(({ summary }) => summary);
      assert.ok(summaries.length > 0 && !summaries.includes("Not a manifest"), text);
    }
  });
});
