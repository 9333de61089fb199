/**
 * The `holdfast` command. It only parses, calls and prints; what it calls is `@holdfast/agent`. Everything is loaded
 * when it is needed: a version is printed without knowing what a manifest is.
 */
import { realpathSync } from "node:fs";
import { isJournalStream } from "./journal/journal-stream.ts";
import type { Surroundings } from "./surroundings.ts";

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
  stdout: process.stdout,
  stderr: process.stderr,
  journal: {
    stdout: isJournalStream(process.stdout.fd, process.env),
    stderr: isJournalStream(process.stderr.fd, process.env),
  },
};

// A reader that went away, as in `holdfast list | head -1`, is no error: nobody is left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await main(process.argv.slice(2));
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(code);

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

/** Resolves when the last byte has left: an exit does not wait for a reader that is slower than us. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    stream.write("", () => resolve());
  });
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
    process.stdout.write(`holdfast ${VERSION}\n`);
    return 0;
  }
  const { runCommand } = await import("./command-line/run-command.ts");
  return await runCommand(args, surroundings);
}
