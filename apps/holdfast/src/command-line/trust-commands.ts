import { Command, Option } from "commander";
import type { Add } from "./add-command.ts";
import { addSecretsOptions, addSourceOptions } from "./options.ts";
import { collect, collectWords, parseCount, parseDate, parseDuration } from "./parse-values.ts";

const LIST = ["<list>", "file of the trust list"] as const;
const KEY = ["<key>", "file with a public key, or its id"] as const;

/** What makes keys, says whom agents trust with what, and approves. */
export function trustCommands(add: Add): readonly Command[] {
  const keygen = add("keygen", "Make a key that signs", async (...given) =>
    (await import("../commands/trust/keygen.ts")).keygen(...given),
  );
  const trust = new Command("trust")
    .description("Make and sign lists of trusted keys")
    .addCommand(initCommand(add))
    .addCommand(setCommand(add))
    .addCommand(addCommand(add));
  for (const command of keyCommands(add)) trust.addCommand(command);
  return [
    keygen
      .option("--out-file <file>", "where it goes; default holdfast.key, and holdfast.key.pub")
      .option("--comment <text>", "a name for people, such as an address"),
    trust,
    approveCommand(add),
  ];
}

function approveCommand(add: Add): Command {
  const approve = add("approve", "Approve what waits for it", async (...given) =>
    (await import("../commands/approve/approve.ts")).approve(...given),
  );
  const valid = new Option("--expires <duration>", "it counts for so long; default 1h");
  valid.attributeName = () => "valid";
  return addSecretsOptions(
    addSourceOptions(approve.argument("<what>", "kind:name, a saved plan, or what was signed")),
  )
    .option("--key <file>", "sign it: a key of keygen or of SSH; of an agent its .pub file")
    .addOption(valid.argParser(parseDuration))
    .option("--out-file <file>", "write what is signed there, and give it to no agent")
    .option("--policy <file>", "what waits and what goes; default /etc/holdfast/policy.yaml")
    .option("--source <path>", "what is declared; default the agent's, else /etc/holdfast");
}

function initCommand(add: Add): Command {
  const init = add("init", "Make a new list", async (...given) =>
    (await import("../commands/trust/init.ts")).init(...given),
  );
  const roots = new Option("--root-key <file>", "public key of a root; may be repeated");
  return addListOptions(init.argument(...LIST)).addOption(
    roots.argParser(collect).makeOptionMandatory(),
  );
}

function setCommand(add: Add): Command {
  const set = add("set", "Change roots, threshold or end", async (...given) =>
    (await import("../commands/trust/change.ts")).set(...given),
  );
  const roots = new Option("--root-key <file>", "all roots from now on; may be repeated");
  return addListOptions(set.argument(...LIST)).addOption(roots.argParser(collect));
}

function addListOptions(command: Command): Command {
  const threshold = new Option("--threshold <count>", "so many roots sign it; default 1 of one");
  const expires = new Option("--expires <date>", "nothing new is accepted by it from then on");
  return command.addOption(threshold.argParser(parseCount)).addOption(expires.argParser(parseDate));
}

function addCommand(add: Add): Command {
  const command = add("add", "Give a key a role", async (...given) =>
    (await import("../commands/trust/change.ts")).add(...given),
  );
  const required = (flags: string, words: string, parse: typeof collect): Option =>
    new Option(flags, words).argParser(parse).makeOptionMandatory();
  const tags = new Option("--tags <glob,…>", "only resources with one of these tags");
  const threshold = new Option("--threshold <count>", "so many keys must sign together; default 1");
  const notBefore = new Option("--not-before <date>", "the key is valid from then on");
  const notAfter = new Option("--not-after <date>", "the key is valid until then");
  return command
    .argument(...LIST)
    .argument("<key>", "file with a public key")
    .addOption(
      required("--verbs <glob,…>", "create, update, delete, refresh, restart", collectWords),
    )
    .addOption(required("--kinds <glob,…>", "kinds of resources; ** is any", collectWords))
    .addOption(required("--names <glob>", "names of resources; may be repeated", collect))
    .addOption(required("--agents <glob>", "names of agents; may be repeated", collect))
    .addOption(tags.argParser(collectWords))
    .addOption(threshold.argParser(parseCount))
    .addOption(notBefore.argParser(parseDate))
    .addOption(notAfter.argParser(parseDate));
}

function keyCommands(add: Add): readonly Command[] {
  const remove = add("remove", "Take all roles of a key away", async (...given) =>
    (await import("../commands/trust/change.ts")).remove(...given),
  );
  const revoke = add("revoke", "Have a key count for nothing any more", async (...given) =>
    (await import("../commands/trust/change.ts")).revoke(...given),
  );
  const sign = add("sign", "Sign a list", async (...given) =>
    (await import("../commands/trust/sign.ts")).sign(...given),
  );
  const show = add("show", "Show a list, and whether it is signed", async (...given) =>
    (await import("../commands/trust/show.ts")).show(...given),
  );
  return [
    remove.argument(...LIST).argument(...KEY),
    revoke
      .argument(...LIST)
      .argument(...KEY)
      .option("--reason <text>", "what for; shown when the key is refused"),
    sign
      .argument(...LIST)
      .requiredOption("--key <file>", "key of keygen or of SSH; of an agent its .pub file"),
    show.argument(...LIST).option("--after <file>", "as an agent that follows this list"),
  ];
}
