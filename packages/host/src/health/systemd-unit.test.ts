import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type CommandResult, type CommandReader, Fault } from "@holdfast/core";
import { askUnit } from "./systemd-unit.ts";

const UNSTOPPED = new AbortController().signal;

/** A systemctl that shows these properties, or fails. */
function systemctl(
  answer: Partial<CommandResult> | Fault,
): CommandReader & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    query: async ({ argv }) => {
      asked.push(argv.join(" "));
      if (answer instanceof Fault) throw answer;
      const ended = { exitCode: 0, signalName: undefined, stdout: "", stderr: "" };
      return { ...ended, isTruncated: false, ...answer };
    },
  };
}

async function ask(commands: CommandReader): Promise<string> {
  const request = { name: "web.service", timeoutMs: 1_000, commands };
  const outcome = await askUnit(request, UNSTOPPED);
  return outcome.type === "passed" ? "passed" : outcome.why;
}

const shown = (load: string, active: string, sub: string, result = "success") => ({
  stdout: `Result=${result}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\n`,
});

suite("K11: units", () => {
  test("what is active or loads its configuration again is healthy, anything else is told", async () => {
    for (const active of ["active", "reloading", "refreshing"])
      assert.equal(await ask(systemctl(shown("loaded", active, "running"))), "passed");
    for (const [answer, why] of [
      [shown("loaded", "inactive", "dead"), "it is inactive (dead)"],
      [
        shown("loaded", "activating", "auto-restart", "exit-code"),
        "it is activating (auto-restart, exit-code)",
      ],
      [shown("loaded", "failed", "failed", "signal"), "it is failed (failed, signal)"],
      [shown("masked", "inactive", "dead"), "it is inactive (dead, masked)"],
      [shown("not-found", "inactive", "dead"), "there is no such unit"],
      [
        { exitCode: 1, stderr: "System has not been booted with systemd\n" },
        "systemctl failed: System has not been booted with systemd",
      ],
    ] as const)
      assert.equal(await ask(systemctl(answer)), why);
  });

  test("the name is never an option", async () => {
    const commands = systemctl(shown("loaded", "active", "running"));
    await ask(commands);
    assert.match(commands.asked[0] ?? "", /^systemctl show --property=\S+ -- web\.service$/);
  });

  test("where no command may run the check fails and says why", async () => {
    const message = "systemctl does not run: commands would act outside of the root /srv";
    const refused = new Fault({ reason: "RootExecRefused", message, resolution: "r" });
    assert.equal(await ask(systemctl(refused)), message);
  });
});
