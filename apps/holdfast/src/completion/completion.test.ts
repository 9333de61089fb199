import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { createProgram } from "../command-line/program.ts";
import type { Surroundings } from "../surroundings.ts";
import { complete } from "./complete.ts";
import { wantedAt } from "./wanted.ts";
import { SHELL_SCRIPTS, SHELLS } from "./shell-scripts.ts";

function scratch(t: TestContext): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-completion-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  return directory;
}

function surroundingsIn(directory: string): Surroundings {
  const stream = { write: () => {} };
  return {
    environment: { XDG_RUNTIME_DIR: directory },
    directory,
    userId: process.geteuid?.(),
    program: ["node", "holdfast"],
    stdout: stream,
    stderr: stream,
    journal: { stdout: false, stderr: false },
  };
}

/** What a command line is answered with: `files`, or the words. */
async function answerTo(line: string, directory = "/"): Promise<string> {
  const surroundings = surroundingsIn(directory);
  const program = createProgram(surroundings, () => {});
  const [type, ...lines] = (await complete(program, line.split(" "), surroundings)).split("\n");
  const words = lines.slice(0, -1).map((each) => each.split("\t")[0]);
  return [type === "words" ? "" : type, ...words].join(" ").trim();
}

const SITE = `apiVersion: holdfast/v1
kind: Manifest
metadata: { name: site }
vars: { domain: example.org, port: 80 }
resources:
  - { kind: file, name: /etc/motd, spec: { wrong: 1 }, meta: { tags: [base, web] } }
  - { kind: service, name: nginx, meta: { tags: [web] } }
  - { kind: file, name: "/etc/\\u001b[31m" }
  - { kind: file }
`;

suite("what completes", () => {
  test("commands, their options and the values of those", async () => {
    assert.equal(await answerTo("p"), "plan pause");
    assert.equal(await answerTo("secrets "), "keygen encrypt edit rekey help");
    assert.equal(await answerTo("plan --det"), "--detailed-exit-codes --detect");
    assert.equal(await answerTo("plan --mode "), "enforce detect");
    assert.equal(await answerTo("plan --mode=e"), "--mode=enforce");
    assert.equal(await answerTo("ledger resolve --l"), "--lost");
    assert.equal(await answerTo("test --facts d"), "distro=");
    assert.equal(await answerTo("export --kinds sys"), "sysctl systemd-unit");
    assert.equal(await answerTo("plan --parallel "), "");
    assert.equal(await answerTo("nonsense x"), "");
  });

  test("the operations of a resource, by its kind", async () => {
    assert.equal(await answerTo("run service:nginx "), "restart reload");
    assert.equal(await answerTo("run service:nginx rel"), "reload");
    for (const id of ["file:/a", "nothing", "constructor:x"]) {
      assert.equal(await answerTo(`run ${id} `), "", id);
    }
  });

  test("an argument that may be repeated is completed each time", () => {
    const program = createProgram(surroundingsIn("/"), () => {});
    const typeAt = (...words: readonly string[]) => wantedAt(program, words).type;
    assert.equal(typeAt("forget", ""), "orphans");
    assert.equal(typeAt("adopt", "file:/a", ""), "orphans");
    assert.equal(typeAt("why", "file:/a", ""), "words");
  });

  test("paths are left to the shell", async () => {
    for (const line of [
      "plan ",
      "plan /et",
      "plan --root ",
      "apply x.yaml --params ",
      "secrets edit ",
    ]) {
      assert.equal(await answerTo(line), "files", line);
    }
  });

  test("ids, kinds, tags and vars of the source that is named, right or wrong", async (t) => {
    const directory = scratch(t);
    fs.writeFileSync(join(directory, "site.yaml"), SITE);
    fs.writeFileSync(join(directory, "broken.yaml"), "resources: [");
    const plan = (rest: string) => answerTo(`plan site.yaml ${rest}`, directory);
    assert.equal(await plan("--only "), "file base web service file:/etc/motd service:nginx");
    assert.equal(await plan("--skip file:/etc/m"), "file:/etc/motd");
    assert.equal(await plan("--only=s"), "--only=service --only=service:nginx");
    assert.equal(await plan("--param "), "domain= port=");
    assert.equal(await answerTo("plan . --only n", directory), "");
    assert.equal(await answerTo("plan . --only service:n", directory), "service:nginx");
    for (const source of ["broken.yaml", "missing.yaml", "site.ts"]) {
      assert.equal(await answerTo(`plan ${source} --only `, directory), "", source);
    }
  });

  test("where no agent serves there are no ids, and no failure", async (t) => {
    const root = scratch(t);
    assert.equal(await answerTo(`why --root ${root} `), "");
  });
});

suite("the script of bash", () => {
  /** Sources the script twice, completes a line, and gives the replies and the arguments that `holdfast` got. */
  function bash(t: TestContext, line: string, answer: string) {
    const directory = scratch(t);
    const at = (name: string) => join(directory, name);
    fs.writeFileSync(at("script"), SHELL_SCRIPTS.bash);
    fs.writeFileSync(at("answer"), answer);
    const program = `#!/bin/bash\nprintf '%s\\n' "$@" > ${at("words")}\ncat ${at("answer")}\n`;
    fs.writeFileSync(at("holdfast"), program, { mode: 0o755 });
    const body = `set -u; cd ${directory}; source ./script; source ./script; COMP_LINE=$1; COMP_POINT=\${#1}
      _holdfast; ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { PATH: `${directory}:/usr/bin:/bin` };
    const printed = execFileSync("/bin/bash", ["--norc", "-c", body, "bash", line], { env });
    const words = fs.readFileSync(at("words"), "utf8").trimEnd().split("\n");
    const left = fs.readdirSync(directory).toSorted();
    assert.deepEqual(left, ["answer", "holdfast", "script", "words"], "nothing else was run");
    return { replies: printed.toString().trimEnd().split("\n"), words };
  }

  test("hands over the words, and puts back what comes behind the last break", (t) => {
    const { replies, words } = bash(t, "holdfast why file:/etc/m", "words\nfile:/etc/motd\ta\n");
    assert.deepEqual(words, ["complete", "--", "why", "file:/etc/m"]);
    assert.deepEqual(replies, ["/etc/motd"]);
    const fresh = bash(t, "holdfast plan ", "words\n--mode\tx\n--only\ty\n");
    assert.deepEqual(fresh.words, ["complete", "--", "plan"], "and an empty word");
    assert.deepEqual(fresh.replies, ["--mode", "--only"]);
  });

  test("evaluates neither what was typed nor what a source says", (t) => {
    const hostile = "$(touch${IFS}typed)";
    const { words } = bash(t, `holdfast plan ${hostile} \`touch\`x --only f`, "words\nfile\t\n");
    assert.deepEqual(words.slice(2), ["plan", hostile, "`touch`x", "--only", "f"]);
    const { replies } = bash(
      t,
      "holdfast why ",
      "words\nfile:/$(touch answered);`touch x` *\t$(touch y)\n",
    );
    assert.deepEqual(replies, ["file:/\\$\\(touch\\ answered\\)\\;\\`touch\\ x\\`\\ \\*"]);
  });

  test("of every shell there is one, and none evaluates a text", () => {
    for (const shell of SHELLS) {
      assert.match(SHELL_SCRIPTS[shell], /command holdfast complete -- /, shell);
      assert.doesNotMatch(SHELL_SCRIPTS[shell], /\beval\b|compgen -W|readonly/, shell);
    }
  });
});
