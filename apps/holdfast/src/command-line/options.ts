import { type Command, Option } from "commander";
import type { CommandOptions } from "../commands/command-options.ts";
import { LOG_FORMATS } from "../commands/log.ts";
import { OUTPUT_MODES } from "../output/output-mode.ts";
import { DIFF_EXTENTS } from "../output/diff-extent.ts";
import {
  collect,
  collectPair,
  collectWords,
  parseCount,
  parseLimit,
  parseDuration,
  parseHash,
  parseSince,
} from "./parse-values.ts";

/** The options commander parsed. Their types are what the parsers of the options below return. */
export function readOptions(command: Command): CommandOptions {
  return command.opts<CommandOptions>();
}

/** Options of every command. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--out <form>",
        "form of output; default terminal on a terminal, else serial",
      ).choices(OUTPUT_MODES),
    )
    .option("--verbose", "show what commands print; log what happens inside, on stderr")
    .option("--detailed-exit-codes", "let the exit code say what was found or done");
}

/** Where things are. */
export function addRootOption(command: Command): Command {
  return command.option("--root <dir>", "directory that stands for /; default /");
}

/** Options of commands that read a desired state. */
export function addSourceOptions(command: Command): Command {
  const param = new Option(
    "--param <name=value>",
    "parameter of the blueprint, or var of the manifest",
  );
  return addRootOption(command)
    .addOption(param.argParser(collectPair))
    .option("--params <file>", "YAML or JSON file of parameters")
    .option("--trust-source", "as root, obey what belongs to the user who ran sudo");
}

/** Where secrets come from. */
export function addSecretsOptions(command: Command): Command {
  return addKeyOption(command).option(
    "--secrets <file>",
    "encrypted values that are referred to; default /etc/holdfast/secrets.yaml",
  );
}

/** What encrypted values are read with. */
export function addKeyOption(command: Command): Command {
  return command.option(
    "--secrets-key <file>",
    "key of the secrets; else a credential, a variable",
  );
}

/** Options of commands that observe resources. */
export function addRunOptions(command: Command): Command {
  const only = new Option(
    "--only <pattern>",
    "only these ids, kinds, tags or globs; may be repeated",
  );
  const skip = new Option(
    "--skip <pattern>",
    "not these ids, kinds, tags or globs; may be repeated",
  );
  const mode = new Option("--mode <mode>", "whether to change anything; default enforce");
  const detect = new Option(
    "--detect <pattern>",
    "only observe these ids, kinds, tags or globs; may be repeated",
  );
  const parallel = new Option("--parallel <count>", "resources worked on at once; default 64");
  const timeout = new Option(
    "--resource-timeout <duration>",
    "for each observation and each change; default 5m",
  );
  const retries = new Option(
    "--max-retries <count>",
    "attempts before a resource is noncompliant; default 3 in serve, 1 in apply",
  );
  return addSecretsOptions(addSourceOptions(command))
    .option("--policy <file>", "what waits and what goes; default /etc/holdfast/policy.yaml")
    .option("--root-exec", "run commands although --root is given")
    .addOption(only.argParser(collect))
    .addOption(skip.argParser(collect))
    .option("--no-deps", "leave out what the chosen ones depend on")
    .addOption(mode.choices(["enforce", "detect"]))
    .addOption(detect.argParser(collect))
    .addOption(parallel.argParser(parseCount))
    .addOption(timeout.argParser(parseDuration))
    .addOption(retries.argParser(parseCount));
}

/** Options of `plan` alone. */
export function addPlanOptions(command: Command): Command {
  return addPassOptions(command)
    .option("--explain-risk", "show what each action may cost, and the rules that say so")
    .option("--save <file>", "write the plan there, to be approved and applied; a new file");
}

/** How much `plan` and `apply` show. */
function addDiffOption(command: Command): Command {
  const diff = new Option(
    "--diff <extent>",
    "show 5 lines of each difference, or all; default short",
  );
  return command.addOption(diff.choices(DIFF_EXTENTS));
}

/** Options of `plan` and `apply`. */
export function addPassOptions(command: Command): Command {
  return addDiffOption(addRunOptions(command)).option(
    "--allow-removals",
    "delete what a manifest lost, however much that is",
  );
}

/** Options of `install`: the options of the service, and how it is put in place. */
export function addServiceOptions(command: Command): Command {
  const mode = new Option("--mode <mode>", "whether the service changes anything; default enforce");
  return addGroupOptions(addRootOption(command))
    .addOption(mode.choices(["enforce", "detect"]))
    .option("--params <file>", "YAML or JSON file of parameters")
    .option("--dry-run", "show what would change; write nothing");
}

/** Options of `test`. */
export function addTestOptions(command: Command): Command {
  const seed = new Option("--seed <number>", "other runs; the same seed gives the same; default 1");
  const runs = new Option(
    "--runs <count>",
    "random runs, and at most as many for other parts; default 300",
  );
  const facts = new Option("--facts <name=value,…>", "facts of the simulated machine");
  const exists = new Option("--exists <path>", "is there before anything is declared");
  const param = new Option(
    "--param <name=value>",
    "parameter of the blueprint, or var of the manifest",
  );
  return command
    .option("--manifest-from <source>", "what machines were made by before")
    .addOption(seed.argParser(parseCount))
    .addOption(runs.argParser(parseCount))
    .addOption(facts.argParser(collect))
    .addOption(exists.argParser(collect))
    .addOption(param.argParser(collectPair))
    .option("--params <file>", "YAML or JSON file of parameters")
    .option("--trust-source", "as root, obey what belongs to the user who ran sudo");
}

/** The options of `serve` alone. */
export function addServeOptions(command: Command): Command {
  const timeout = new Option(
    "--timeout <duration>",
    "end once nothing changed for so long; default 0: never",
  );
  const format = new Option("--log-format <form>", "form of the log on stderr");
  return addGroupOptions(command)
    .addOption(timeout.argParser(parseDuration))
    .addOption(format.choices(LOG_FORMATS));
}

/** The groups that may use the control socket besides root. */
function addGroupOptions(command: Command): Command {
  return command
    .option("--readers <group>", "whose members may ask on the control socket")
    .option("--operators <group>", "whose members may ask and act there");
}

/** Options of `serve` about the event log. */
export function addKeepOptions(command: Command): Command {
  const days = new Option(
    "--keep-events-days <count>",
    "age at which files of events go; default 90",
  );
  const files = new Option("--keep-events-files <count>", "files of events that stay; default 120");
  return command.addOption(days.argParser(parseCount)).addOption(files.argParser(parseCount));
}

/** Options of `export`. Its `--out` is the form of what is exported. */
export function addExportOptions(command: Command): Command {
  const out = new Option("--out <form>", "what to write; default manifest");
  const kinds = new Option("--kinds <kind,…>", "only these kinds; may be repeated");
  command.hook("preAction", () => {
    command.setOptionValue("form", command.getOptionValue("out"));
    command.setOptionValue("out", undefined);
  });
  return addRootOption(command)
    .addOption(out.choices(["manifest", "blueprint"]))
    .addOption(kinds.argParser(collectWords))
    .option("--ignore <file>", "leave out ids that match a line of it")
    .option("--all", "also defaults that were not chosen")
    .option("--out-file <file>", "write it there; the file must not exist")
    .option("--verbose", "say each thing that was left out")
    .option("--detailed-exit-codes", "let the exit code say what was found or done");
}

/** Options of `history`. */
export function addHistoryOptions(command: Command): Command {
  const since = new Option("--since <time>", "only from a date on, or a duration ago");
  const limit = new Option("--limit <count>", "the newest so many; default 100");
  return addRootOption(command)
    .addOption(since.argParser(parseSince))
    .addOption(limit.argParser(parseLimit));
}

/** Options of `undo`. */
export function addUndoOptions(command: Command): Command {
  const since = new Option("--since <time>", "all changes from a date on, or a duration ago");
  return addSecretsOptions(addSourceOptions(command))
    .option("--last", "all changes of the newest run that made some")
    .option("--run <id>", "all changes of that run")
    .addOption(since.argParser(parseSince))
    .option("--partial", "leave what cannot be undone, and undo the rest")
    .option("--source <path>", "what is declared; default the agent's, else /etc/holdfast")
    .option("--yes", "undo it; without this it is only shown");
}

/** Options of `events`. */
export function addEventOptions(command: Command): Command {
  const since = new Option("--since <time>", "read the log from a date, or a duration ago");
  const limit = new Option("--limit <count>", "read as many of the log at most; default 1024");
  const head = new Option("--expect-head <hash>", "and that this hash, noted earlier, is in it");
  return addRootOption(command)
    .option("--follow", "go on with what comes")
    .addOption(since.argParser(parseSince))
    .addOption(limit.argParser(parseLimit))
    .option("--verify", "check that the log is as it was written")
    .addOption(head.argParser(parseHash));
}
