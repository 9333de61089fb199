import { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { Add, Run } from "./add-command.ts";
import {
  addPassOptions,
  addEventOptions,
  addExportOptions,
  addHistoryOptions,
  addKeepOptions,
  addKeyOption,
  addOutputOptions,
  addPlanOptions,
  addRootOption,
  addRunOptions,
  addSecretsOptions,
  addServeOptions,
  addServiceOptions,
  addSourceOptions,
  addTestOptions,
  readOptions,
} from "./options.ts";
import { trustCommands } from "./trust-commands.ts";
import { undoCommands } from "./undo-commands.ts";

/** Takes the exit code of the command that ran. */
export type Finish = (code: number) => void;

/**
 * Declares the commands. Each loads its own code when it runs, so that `holdfast version` does not pay for `serve`.
 */
export function createProgram(surroundings: Surroundings, finish: Finish): Command {
  const program = new Command("holdfast")
    .description("Keeps this machine in the state its owner declared.")
    .showSuggestionAfterError()
    // An option behind an inner command is that of the inner one.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: () => {},
    });

  function addPlain(name: string, summary: string, run: Run): Command {
    const command = new Command(name).description(summary).copyInheritedSettings(program);
    return command.action(async (...args: readonly unknown[]) => {
      // An argument that may be repeated comes as a list.
      const words = args.slice(0, -2).flat();
      const given = words.map((arg) => (typeof arg === "string" ? arg : undefined));
      finish(await run(given, readOptions(command), surroundings));
    });
  }
  const add: Add = (...given) => addOutputOptions(addPlain(...given));

  for (const command of desiredStateCommands(add)) program.addCommand(command);
  for (const command of controlCommands(add)) program.addCommand(command);
  for (const command of undoCommands(add)) program.addCommand(command);
  for (const command of removalCommands(add)) program.addCommand(command);
  for (const command of serviceCommands(add)) program.addCommand(command);
  for (const command of otherCommands(add)) program.addCommand(command);
  program.addCommand(secretsCommand(add));
  for (const command of trustCommands(add)) program.addCommand(command);
  program.addCommand(exportCommand(addPlain));
  // Those that only hold others end and print like all.
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

const SOURCE = [
  "[source]",
  "blueprint, manifest or directory of manifests; default /etc/holdfast",
] as const;

const VALIDATED = [SOURCE[0], `${SOURCE[1]}; or a policy`] as const;

function desiredStateCommands(add: Add): readonly Command[] {
  const plan = add("plan", "Show what would change; write nothing", async (...given) =>
    (await import("../commands/plan.ts")).plan(...given),
  );
  const apply = add("apply", "Make this machine as declared, once", async (...given) =>
    (await import("../commands/apply.ts")).apply(...given),
  );
  const serve = add("serve", "Make this machine as declared, and keep it so", async (...given) =>
    (await import("../commands/serve.ts")).serve(...given),
  );
  const validate = add("validate", "Check a source; read nothing else", async (...given) =>
    (await import("../commands/validate.ts")).validate(...given),
  );
  const test = add("test", "Try a source on simulated machines", async (...given) =>
    (await import("../commands/test/test.ts")).test(...given),
  );
  return [
    addTestOptions(test.argument(...SOURCE)),
    addPlanOptions(plan.argument(...SOURCE)),
    addPassOptions(apply.argument(...SOURCE)),
    addKeepOptions(addServeOptions(addRunOptions(serve.argument(...SOURCE)))),
    addSecretsOptions(addSourceOptions(validate.argument(...VALIDATED))),
  ];
}

/** What asks the agent that serves; each loads nothing of the agent itself. */
function controlCommands(add: Add): readonly Command[] {
  const status = add("status", "Show how everything is, as the agent knows", async (...given) =>
    (await import("../commands/control/status/status.ts")).status(...given),
  );
  const why = add("why", "Explain why a resource is as it is", async (...given) =>
    (await import("../commands/control/why.ts")).why(...given),
  );
  const events = add("events", "Show the newest events of the agent", async (...given) =>
    (await import("../commands/control/events.ts")).events(...given),
  );
  const history = add("history", "Show what happened to a resource", async (...given) =>
    (await import("../commands/history/history.ts")).history(...given),
  );
  const reconcile = add("reconcile", "Have the agent observe at once", async (...given) =>
    (await import("../commands/control/reconcile.ts")).reconcile(...given),
  );
  const pause = add("pause", "Put the agent on hold", async (...given) =>
    (await import("../commands/control/pause.ts")).pause(...given),
  );
  const resume = add("resume", "Let a paused agent, or what was undone, go on", async (...given) =>
    (await import("../commands/control/pause.ts")).resume(...given),
  );
  const run = add("run", "Have the agent do something with a resource, once", async (...given) =>
    (await import("../commands/control/run.ts")).run(...given),
  );
  const reload = add("reload", "Have the agent read its source again", async (...given) =>
    (await import("../commands/control/reload.ts")).reload(...given),
  );
  return [
    addRootOption(status).option("--watch", "go on showing it until it is stopped"),
    addRootOption(why.argument("<id>", "of the resource, as kind:name")),
    addEventOptions(events),
    addHistoryOptions(history.argument("[id]", "of one resource; default all of them")),
    addRootOption(reconcile.argument("[id]", "of one resource; default all of them")),
    addRootOption(pause).option("--reason <text>", "what for; shown while it lasts"),
    addRootOption(resume.argument("[id...]", "of resources that were undone, as kind:name")),
    addRootOption(reload),
    addRootOption(run.argument("<id>", "of the resource, as kind:name"))
      .argument("<operation>", "such as restart; holdfast list shows them")
      .option("--key <text>", "do it once for this key, however often it is asked for"),
  ];
}

/** What a person says of what left a manifest. The agent that serves does it, or else it is written into the ledger. */
function removalCommands(add: Add): readonly Command[] {
  const forget = add("forget", "Drop what is remembered of resources", async (...given) =>
    (await import("../commands/ledger/let-go.ts")).forget(...given),
  );
  const adopt = add("adopt", "Keep resources from ever being deleted", async (...given) =>
    (await import("../commands/ledger/let-go.ts")).adopt(...given),
  );
  const ids = ["<id...>", "of the resources, as kind:name"] as const;
  return [addRootOption(forget.argument(...ids)), addRootOption(adopt.argument(...ids))];
}

/** What makes the agent a service of the machine, and takes it away. */
function serviceCommands(add: Add): readonly Command[] {
  const install = add("install", "Make the agent a service of systemd", async (...given) =>
    (await import("../commands/install/install.ts")).install(...given),
  );
  const uninstall = add("uninstall", "Stop the service and take it away", async (...given) =>
    (await import("../commands/install/uninstall.ts")).uninstall(...given),
  );
  return [
    addServiceOptions(install.argument(...SOURCE)),
    addRootOption(uninstall)
      .option("--dry-run", "show what would change; write nothing")
      .option("--purge", "remove its source, records and logs too"),
  ];
}

function otherCommands(add: Add): readonly Command[] {
  const list = add("list", "List the kinds of resources", async (...given) =>
    (await import("../commands/list.ts")).list(...given),
  );
  const schema = add(
    "schema",
    "Print the JSON Schema of manifests, or of policies",
    async (...given) => (await import("../commands/schema.ts")).schema(...given),
  );
  const facts = add("facts", "Print what is known of this machine", async (...given) =>
    (await import("../commands/facts.ts")).facts(...given),
  );
  const version = add("version", "Print the version", async (...given) =>
    (await import("../commands/version.ts")).version(...given),
  );
  schema.option("--policy", "of a policy instead");
  return [list, schema, addRootOption(facts), version, ledgerCommand(add)];
}

function ledgerCommand(add: Add): Command {
  const ledger = add("ledger", "List what the ledger has, or settle a one-shot", async (...given) =>
    (await import("../commands/ledger/list-ledger.ts")).ledger(...given),
  );
  const resolve = add("resolve", "Settle a one-shot whose outcome is unknown", async (...given) =>
    (await import("../commands/ledger/resolve-key.ts")).resolveKey(...given),
  );
  addRootOption(resolve.argument("[key]", "its idempotency key"))
    .option("--done", "it took effect")
    .option("--again", "it did not; run it again")
    .option("--lost", "all whose keys the ledger has lost");
  return addRootOption(ledger.enablePositionalOptions())
    .option("--in-flight", "only what runs, or was cut off")
    .option("--keys", "also each key of a one-shot")
    .option("--changes", "also what can be undone")
    .addCommand(resolve);
}

/** What it prints is the export itself, in the form that its own `--out` names. */
function exportCommand(add: Add): Command {
  const command = add("export", "Write down what was chosen on this machine", async (...given) =>
    (await import("../commands/export/export.ts")).exportChoices(...given),
  );
  return addExportOptions(command);
}

const SECRETS_FILE = ["[file]", "the secrets; default /etc/holdfast/secrets.yaml"] as const;

function secretsCommand(add: Add): Command {
  const keygen = add("keygen", "Make a key", async (...given) =>
    (await import("../commands/secrets/keygen.ts")).keygen(...given),
  );
  const encrypt = add("encrypt", "Encrypt what is in clear, in place", async (...given) =>
    (await import("../commands/secrets/encrypt.ts")).encrypt(...given),
  );
  const edit = add("edit", "Change values in an editor", async (...given) =>
    (await import("../commands/secrets/edit.ts")).edit(...given),
  );
  const rekey = add("rekey", "Encrypt every value with another key", async (...given) =>
    (await import("../commands/secrets/rekey.ts")).rekey(...given),
  );
  return new Command("secrets")
    .description("Work with encrypted values")
    .addCommand(keygen.option("--out-file <file>", "write it there, for its owner only"))
    .addCommand(addKeyOption(addRootOption(encrypt.argument(...SECRETS_FILE))))
    .addCommand(addKeyOption(addRootOption(edit.argument(...SECRETS_FILE))))
    .addCommand(
      addKeyOption(addRootOption(rekey.argument(...SECRETS_FILE))).requiredOption(
        "--new-key <file>",
        "the other key",
      ),
    );
}
