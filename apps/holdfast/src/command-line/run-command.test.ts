import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { FOREIGN_COMMANDS, FOREIGN_FLAGS, UNBUILT_COMMANDS } from "./foreign-flags.ts";
import { EXAMPLES } from "./help-pages.ts";
import { createProgram } from "./program.ts";
import { runCommand } from "./run-command.ts";

function surroundingsWith(print: (text: string) => void): Surroundings {
  const stream = { write: print };
  return {
    environment: {},
    directory: "/",
    userId: undefined,
    program: ["node", "holdfast"],
    stdout: stream,
    stderr: stream,
    journal: { stdout: false, stderr: false },
  };
}

async function run(args: readonly string[]): Promise<{ code: number; printed: string }> {
  const texts: string[] = [];
  const code = await runCommand(
    args,
    surroundingsWith((text) => texts.push(text)),
  );
  return { code, printed: texts.join("") };
}

/** Those that do something: `ledger` does, besides its inner command. */
function leavesOf(command: Command): readonly Command[] {
  const inner = command.commands.flatMap(leavesOf);
  return inner.length === 0 || command.options.length > 0 ? [command, ...inner] : inner;
}

const program = createProgram(
  surroundingsWith(() => {}),
  () => {},
);

/** `secrets keygen`, as it is typed. */
function pathOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

test("an option that another tool has is refused with what does it here, unless a command has it itself", async () => {
  const own = program.commands.find((command) => command.name() === "plan")?.options ?? [];
  for (const [words, advice] of Object.entries(FOREIGN_FLAGS)) {
    for (const word of words.split(" ")) {
      if (own.some(({ long, short }) => long === word || short === word)) continue;
      const { code, printed } = await run(["plan", `${word}`]);
      assert.equal(code, 1, word);
      const said = `UsageInvalid: unknown option '${word}'\n→ ${advice}\n`;
      assert.ok(printed.includes(said), printed);
    }
  }
  const { printed } = await run(["apply", "--extra-vars=a=1"]);
  assert.match(printed, /--param NAME=VALUE/);
});

test("a command of another tool, or of the design, is refused with what does it here", async () => {
  const known = new Set(program.commands.map((command) => command.name()));
  for (const [words, advice] of Object.entries(FOREIGN_COMMANDS)) {
    for (const word of words.split(" ")) {
      assert.ok(!known.has(word), `${word} is a command: take its row away`);
      assert.ok((await run([word])).printed.includes(`unknown command '${word}'\n→ ${advice}\n`));
    }
  }
  for (const [word, advice] of Object.entries(UNBUILT_COMMANDS)) {
    assert.ok(!known.has(word), `${word} is a command: take its row away`);
    const { printed } = await run([word, "x"]);
    assert.ok(printed.startsWith(`NotBuilt: holdfast ${word} is designed`), printed);
    assert.ok(printed.includes(`\n→ ${advice}\n`), printed);
  }
  assert.match((await run(["validat"])).printed, /Did you mean validate\?/);
  assert.match((await run(["plan", "--rot", "x"])).printed, /Did you mean --root\?/);
});

test("an option that takes one of some words names them, also when it has none, or the next option in its place", async () => {
  for (const given of [["--diff"], ["--diff", "--root", "/x"], ["--diff", "long"]]) {
    const { printed } = await run(["plan", ...given]);
    assert.match(printed, /^UsageInvalid: option .*\n→ Write --diff short or --diff full\.\n$/);
  }
});

test("a command that holds others refuses in the form that was asked for", async () => {
  const { code, printed } = await run(["secrets", "decrypt", "--out", "json"]);
  assert.equal(code, 1);
  assert.match(printed, /^\{"error":\{"reason":"UsageInvalid".*holdfast secrets edit/);
  assert.match((await run(["secrets", "encrpt"])).printed, /Did you mean encrypt\?/);
  assert.match((await run(["secrets"])).printed, /^UsageInvalid: no command was given\n/);
  const resolve = await run(["ledger", "reslove"]);
  assert.match(resolve.printed, /Write holdfast ledger resolve, or holdfast ledger alone\.\n$/);
});

test("the help of every command has groups, examples that it takes, and exit codes", async () => {
  const { code, printed } = await run(["--help"]);
  assert.equal(code, 0);
  for (const command of program.commands)
    assert.match(printed, new RegExp(`^  ${command.name()} `, "m"));
  assert.doesNotMatch(printed, /^Commands:/m, "each command is in a group");
  assert.equal(printed.match(/^Options:$/gm)?.length, 1, "each command is in a group");
  for (const leaf of leavesOf(program)) {
    const path = pathOf(leaf);
    const help = await run([...path, "--help"]);
    assert.equal(help.code, 0);
    // What only one command has needs no group.
    if (["plan", "apply", "serve", "run"].includes(leaf.name()))
      assert.doesNotMatch(help.printed, /^Options:/m, path.join(" "));
    assert.match(
      help.printed,
      /\nExamples:\n {2}.*\n[\s\S]*\nExit codes:\n {2}0 {2}done\n/,
      path.join(" "),
    );
    const named = EXAMPLES[path.join(" ")] ?? EXAMPLES[leaf.name()];
    const examples = (named ?? []).map(([text]) => text);
    assert.ok(
      examples.every((text) => text.includes(`holdfast ${path.join(" ")}`)),
      examples.join("\n"),
    );
  }
});

test("the options of every example exist, and say their default where they have one", () => {
  const options = leavesOf(program).flatMap((leaf) => leaf.options);
  const known = new Set(options.map(({ long }) => long));
  for (const [text] of Object.values(EXAMPLES).flat()) {
    for (const [flag] of text.matchAll(/(?<= )--[a-z-]+/g)) assert.ok(known.has(flag), text);
  }
  for (const flag of [
    "--out",
    "--root",
    "--mode",
    "--parallel",
    "--resource-timeout",
    "--max-retries",
  ]) {
    const described = options.filter(({ long }) => long === flag);
    assert.ok(
      described.every(({ description }) => description.includes("default ")),
      flag,
    );
  }
});
