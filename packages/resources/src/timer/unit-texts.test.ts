import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { timerKind } from "./kind.ts";
import type { TimerInput } from "./fields.ts";
import { quoted } from "./unit-texts.ts";

/** Reads words as systemd does (extract-word.c, then specifiers and variables), as far as `quoted` writes them. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/"(?:\\.|[^"\\])*"|[^\s"]+/gs) ?? [];
  return words.map((word) => {
    const isQuoted = word.startsWith('"');
    const bare = isQuoted ? word.slice(1, -1) : word;
    return bare.replace(/\\x([0-9a-f]{2})|\\(.)|%%|\$\$|[%$\\]/gs, (found, code, escape) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(String(code), 16));
      if (escape !== undefined) return PLAIN[String(escape)] ?? assert.fail(found);
      return found.length === 2 ? found.slice(1) : assert.fail(`${found} means something`);
    });
  });
}

const PLAIN: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  '"': '"',
  "\\": "\\",
};

function mistakesOf(name: string, input: TimerInput): readonly string[] {
  const mistakes: string[] = [];
  timerKind.bind(name, input, (path, summary) => mistakes.push(`${path}: ${summary}`));
  return mistakes;
}

suite("timer", () => {
  test("K10: every word of a command is read back as it was written, on one line", () => {
    const word = fc.string({ unit: "binary-ascii", maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const line = words.map(quoted).join(" ");
        assert.doesNotMatch(line, /[\n\r]/);
        assert.deepEqual(wordsOf(line), words);
      }),
    );
  });

  test("K10: a timer says when, its service says what", () => {
    const spec = timerKind.bind(
      "backup",
      { command: ["/usr/bin/backup", "50%"], user: "app", every: "1h", calendar: ["daily"] },
      (path, summary) => assert.fail(`${path}: ${summary}`),
    );
    assert.match(spec.service.text, /\nUser=app\nExecStart=\/usr\/bin\/backup "50%%"\n$/);
    const when = "[Timer]\nOnCalendar=daily\nOnActiveSec=1h\nOnUnitActiveSec=1h\n";
    assert.ok(spec.timer.text.includes(when), spec.timer.text);
    assert.equal(spec.timer.file.path, "/etc/systemd/system/backup.timer");
    assert.equal(timerKind.bind("backup.timer", spec.input, () => {}).unit, spec.unit);
    assert.deepEqual(timerKind.needs?.(spec), ["user:app"]);
    assert.deepEqual(timerKind.uses?.(spec), ["path:/usr/bin/backup"]);
  });

  test("K10: a timer that never runs, runs nothing, or runs nobody knows what is a mistake", () => {
    const command = ["/bin/true"];
    assert.deepEqual(mistakesOf("a", { command }), [": nothing starts it"]);
    assert.deepEqual(mistakesOf("a", { every: "1h" }), [": nothing to run"]);
    const relative = mistakesOf("a", { command: ["true"], every: "1h" });
    assert.deepEqual(relative, ["command: not an absolute path"]);
    const persistent = mistakesOf("a", { command, every: "1h", persistent: true });
    assert.deepEqual(persistent, ["persistent: nothing can be missed"]);
    const named = mistakesOf("a/b", { command, every: "1h" });
    assert.deepEqual(named, [": not the name of a unit"]);
    const template = mistakesOf("a@b", { command, every: "1h" });
    assert.deepEqual(template, [": a timer of a template"]);
  });
});
