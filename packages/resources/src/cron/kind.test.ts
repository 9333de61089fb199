import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkSimulated, type Start } from "@holdfast/testing";
import fc from "fast-check";
import { cronText, parseCron, settingText } from "./cron-text.ts";
import { cronKind } from "./kind.ts";
import { scheduleProblem } from "./schedule.ts";
import type { CronInput } from "./fields.ts";

const PATH = "/etc/cron.d/backup";
const daily: CronInput = { special: "@daily", user: "root", command: "/bin/backup" };
const JOB = { schedule: "@daily", user: "root", command: "/bin/backup" };
const cron = (input: CronInput) => ({ kind: cronKind, name: "backup", input });
const machine =
  (content?: string, attributes = {}): Start =>
  ({ kernel: { tamper } }) => {
    tamper.makeDirectory("/etc/cron.d");
    if (content !== undefined) tamper.write(PATH, content, attributes);
  };

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/);
const value = fc.stringMatching(/^[ -~é]{0,8}$/);

suite("cron", () => {
  test("a job is a file of its own that ends with a newline, as root's and 0644", async () => {
    const host = await checkSimulated(cron({ ...daily, environment: { MAILTO: "" } }), machine(), [
      "state",
      "content",
      "mode",
      "owner",
      "group",
    ]);
    assert.deepEqual(host.kernel.inspect.tree(PATH), [
      `${PATH} file 0644 0:0 "# Kept by Holdfast: what is changed here is put back.\\nMAILTO=\\"\\"\\n@daily root /bin/backup\\n"`,
    ]);
  });

  test("a file that cron would not read for its rights is put right", async () => {
    const text = cronText({ ...JOB, environment: {} });
    await checkSimulated(cron(daily), machine(text, { mode: 0o664, uid: 7 }), ["mode", "owner"]);
  });

  test("a setting that is taken out leaves the job, and absent removes the file alone", async () => {
    const text = cronText({ ...JOB, environment: { MAILTO: "x" } });
    const host = await checkSimulated(cron(daily), machine(text), ["content"]);
    assert.match(host.kernel.inspect.text(PATH) ?? "", /^#.*\n@daily root \/bin\/backup\n$/);
    const gone = await checkSimulated(cron({ state: "absent" }), machine(text), ["state"]);
    assert.deepEqual(gone.kernel.inspect.list("/etc/cron.d"), []);
  });

  test("a rendered text is read back, whatever a value holds", () => {
    fc.assert(
      fc.property(fc.dictionary(word, value), (environment) => {
        const entries = Object.entries(environment);
        fc.pre(entries.every(([name, text]) => settingText(name, text) !== undefined));
        const job = { environment, schedule: "1 2 3 4 5", user: "app", command: "a = b \\% c" };
        const { environment: found = {}, ...rest } = parseCron(cronText(job)) ?? {};
        assert.deepEqual({ ...found }, { ...environment });
        assert.deepEqual(rest, { schedule: "1 2 3 4 5", user: "app", command: "a = b \\% c" });
      }),
    );
  });

  test("a schedule is what every cron takes", () => {
    for (const schedule of ["* * * * *", "*/5 0-23/2 1,15 dec 7", "0 0 1 1 Sun", "59 23 31 12 0"]) {
      assert.equal(scheduleProblem(schedule), undefined, schedule);
    }
    for (const schedule of [
      "",
      "* * * *",
      "* * * * * *",
      "60 * * * *",
      "* 24 * * *",
      "* * 0 * *",
      "* * * 13 *",
      "* * * * 8",
      "5-1 * * * *",
      "5/2 * * * *",
      "*/0 * * * *",
      "1, * * * *",
      "* * * * mon-fri",
      "~ * * * *",
      "-1 * * * *",
      "* jan * * *",
    ]) {
      assert.match(scheduleProblem(schedule) ?? "", /\w/, schedule);
    }
  });
});
