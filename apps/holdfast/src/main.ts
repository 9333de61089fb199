/**
 * The `holdfast` command. It only parses, calls and prints; what it calls is `@holdfast/agent`. Everything is loaded
 * when it is needed: a version is printed without knowing what a manifest is.
 */
import { realpathSync } from "node:fs";
import { isJournalStream } from "./journal/journal-stream.ts";
import { openOutlets } from "./outlet/outlet.ts";
import { codeWithLoss, reportLoss } from "./outlet/lost-output.ts";
import type { Surroundings } from "./surroundings.ts";

const outlets = openOutlets(process.stdout, process.stderr);
const surroundings: Surroundings = {
  environment: process.env,
  directory: workingDirectory(),
  userId: process.geteuid?.(),
  program: [
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1, 2).map((path) => realpathSync(path)),
  ],
  stdin: process.stdin,
  ...outlets,
  journal: {
    stdout: isJournalStream(process.stdout.fd, process.env),
    stderr: isJournalStream(process.stderr.fd, process.env),
  },
};

reportLoss(outlets, surroundings.journal);
const code = await main(process.argv.slice(2));
// An exit does not wait for a reader that is slower than us.
await Promise.all([outlets.stdout.settle(), outlets.stderr.settle()]);
process.exit(codeWithLoss(code, outlets));

/**
 * Where paths of the command line begin; `undefined` when it was removed under us, as happens to the shell of a replaced
 * release. Then we stand in `/`, where Node and what it starts can be.
 */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    process.chdir("/");
    return undefined;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [first, second] = args;
  const asksForVersion = first === "version" || first === "--version" || first === "-V";
  if (
    asksForVersion &&
    second === undefined &&
    surroundings.environment["HOLDFAST_OUT"] !== "json"
  ) {
    const { VERSION } = await import("./version-number.ts");
    surroundings.stdout.write(`holdfast ${VERSION}\n`);
    return 0;
  }
  const { runCommand } = await import("./command-line/run-command.ts");
  return await runCommand(args, surroundings);
}
