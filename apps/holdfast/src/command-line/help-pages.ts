/**
 * What `--help` says besides the names: groups, examples and exit codes. Loaded only for a command line that asks for help.
 */
import { Command, Option } from "commander";
import { EXIT_CODES, type Ending } from "../exit-code.ts";

/** Commands by what they are for, in this order. */
const COMMAND_GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Make a machine as declared:": ["plan", "apply", "serve", "validate", "test"],
  "Ask the agent that serves:": ["status", "why", "events", "history"],
  "Steer the agent that serves:": [
    "reconcile",
    "run",
    "confirm",
    "undo",
    "reload",
    "pause",
    "resume",
  ],
  "Run it as a service:": ["install", "uninstall"],
  "Write a source:": ["export", "list", "schema", "facts", "secrets"],
  "Settle what is remembered:": ["ledger", "forget", "adopt"],
  "Say who is trusted:": ["keygen", "trust"],
  "Other:": ["completion", "version", "help"],
};

/** Options by what they are about, in this order. */
const OPTION_GROUPS: Readonly<Record<string, readonly string[]>> = {
  "What is declared, and where:": [
    "--root",
    "--source",
    "--param",
    "--params",
    "--secrets",
    "--secrets-key",
    "--policy",
    "--trust-source",
  ],
  "Which resources:": ["--only", "--skip", "--no-deps", "--detect", "--mode", "--kinds", "--all"],
  "How it is done:": [
    "--parallel",
    "--resource-timeout",
    "--max-retries",
    "--timeout",
    "--root-exec",
    "--allow-removals",
    "--policy",
    "--key",
    "--last",
    "--run",
    "--partial",
    "--yes",
    "--dry-run",
    "--purge",
  ],
  "Who may ask:": ["--readers", "--operators"],
  "What is printed and kept:": [
    "--out",
    "--out-file",
    "--diff",
    "--explain-risk",
    "--verbose",
    "--detailed-exit-codes",
    "--log-format",
    "--keep-events-days",
    "--keep-events-files",
    "--help",
  ],
};

/** Examples of each command, with what they do. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  holdfast: [
    ["holdfast plan site.yaml", "what would change"],
    ["holdfast apply site.yaml", "change it, once"],
    ["holdfast serve site.yaml", "and keep it so"],
  ],
  plan: [
    ["holdfast plan site.ts --param domain=example.org", "with a parameter"],
    ["holdfast plan site.yaml --only nginx --detailed-exit-codes", "of one tag; 5: changes pend"],
    ["holdfast plan site.yaml --root /srv/image", "of an image"],
    ["holdfast plan site.yaml --explain-risk", "what each action may cost, and why"],
  ],
  apply: [
    ["holdfast apply site.yaml", "all of it"],
    ["holdfast apply site.yaml --allow-removals", "also where much is to be deleted"],
    ["holdfast apply site.yaml --only 'file:/etc/nginx/**'", "a part, with what it depends on"],
    ["holdfast apply site.yaml --diff full", "with whole differences"],
    ["sudo holdfast apply ./site.yaml --trust-source", "a source of your own, as root"],
  ],
  serve: [
    ["holdfast serve site.yaml", "until it is stopped"],
    ["holdfast serve site.yaml --mode detect", "report drift, change nothing"],
    ["holdfast serve site.yaml --timeout 30s", "until nothing changed for 30 s"],
  ],
  validate: [
    ["holdfast validate site.yaml", "every mistake, with its place"],
    ["holdfast validate policy.yaml", "of a policy"],
  ],
  test: [
    ["holdfast test site.ts", "first run, tampering, loss of power, random runs"],
    ["holdfast test site.ts --facts os=debian --runs 500", "as another machine, for longer"],
  ],
  status: [
    ["holdfast status", "those that are not ready first"],
    ["holdfast status --watch", "until Ctrl-C"],
  ],
  why: [["holdfast why file:/etc/motd", "what triggered it, what was found, what comes next"]],
  events: [
    ["holdfast events --follow", "go on with what comes"],
    ["holdfast events --since 2h", "of the last two hours, from the log"],
    ["holdfast events --verify", "that nobody changed the log"],
  ],
  history: [
    ["holdfast history file:/etc/motd", "each change, drift and failure, the newest last"],
    ["holdfast history --since 2h", "of all resources"],
  ],
  ledger: [["holdfast ledger --in-flight", "what runs, or was cut off"]],
  reconcile: [["holdfast reconcile service:nginx", "observe it now, and repair it if need be"]],
  run: [
    ["holdfast run service:nginx restart", "once, when its turn comes"],
    ["holdfast run timer:backup run --key 2026-02", "once for that key, however often it is asked"],
  ],
  reload: [["holdfast reload", "after the source was edited"]],
  pause: [["holdfast pause --reason 'disk is replaced'", "nothing is changed until resume"]],
  resume: [
    ["holdfast resume", "goes on"],
    ["holdfast resume file:/etc/motd", "does again what was undone of it"],
  ],
  confirm: [["holdfast confirm", "the machine can be reached: what was changed stays"]],
  undo: [
    ["holdfast undo --last", "shows how the newest run is undone"],
    ["holdfast undo --last --yes", "and undoes it"],
    ["holdfast undo --since 2h --partial --yes", "undoes what can be undone of two hours"],
  ],
  forget: [["holdfast forget file:/etc/old.conf", "it stays, and is listed no longer"]],
  adopt: [["holdfast adopt user:app", "it stays, whatever a source says"]],
  install: [
    ["holdfast install", "a service that serves /etc/holdfast"],
    ["holdfast install site.yaml --dry-run", "what it would write"],
  ],
  uninstall: [["holdfast uninstall --purge", "the service, its records and its source"]],
  export: [
    ["holdfast export --out-file site.yaml", "packages, files, services, users of this machine"],
    ["holdfast export --out blueprint --kinds package,service", "some of it, as TypeScript"],
  ],
  list: [["holdfast list", "each kind, and where it was verified"]],
  schema: [
    ["holdfast schema > schema.json", "for an editor"],
    ["holdfast schema --policy", "of policies"],
  ],
  facts: [["holdfast facts", "the names that blueprints and {{facts.hostname}} know"]],
  completion: [["source <(holdfast completion bash)", "in ~/.bashrc"]],
  version: [["holdfast version", "the version, and nothing else"]],
  resolve: [["holdfast ledger resolve migrate --done", "it took effect"]],
  "secrets keygen": [["holdfast secrets keygen --out-file key", "for its owner only"]],
  encrypt: [["holdfast secrets encrypt secrets.yaml --secrets-key key", "what is in clear"]],
  edit: [["holdfast secrets edit secrets.yaml --secrets-key key", "in $EDITOR"]],
  rekey: [["holdfast secrets rekey --secrets-key key --new-key other", "with another key"]],
  keygen: [["holdfast keygen --out-file ops.key --comment anna", "ops.key and ops.key.pub"]],
  "trust init": [
    [
      "holdfast trust init trust.json --root-key a.pub --root-key b.pub --threshold 2",
      "both sign it",
    ],
  ],
  "trust set": [["holdfast trust set trust.json --expires 2027-06-01", "until when it is valid"]],
  "trust add": [
    [
      "holdfast trust add trust.json anna.pub --verbs delete --kinds file --names '/srv/**' --agents 'web*'",
      "what she may approve, and where",
    ],
  ],
  "trust remove": [["holdfast trust remove trust.json anna.pub", "it has no role any more"]],
  "trust revoke": [["holdfast trust revoke trust.json anna.pub --reason lost", "for ever"]],
  "trust sign": [
    ["holdfast trust sign trust.json --key ops.key", "with a key of holdfast keygen"],
    ["holdfast trust sign trust.json --key ~/.ssh/id_ed25519_sk", "with a security key"],
  ],
  "trust show": [["holdfast trust show trust.json --after old.json", "what it says, who signed"]],
};

const ENDING_WORDS: Readonly<Record<Ending, string>> = {
  inSync: "in sync, or done",
  error: "error",
  changed: "something changed",
  someFailed: "some resources failed",
  allFailed: "all resources failed",
  changesPending: "changes are pending",
  notPrivileged: "rights are missing",
  notFound: "something named was not found",
};

/** Completes the help of a program and of all its commands. */
export function addHelpPages(program: Command): void {
  for (const command of program.commands)
    command.helpGroup(groupOf(COMMAND_GROUPS, command.name()));
  const help = new Command("help").argument("[command]").description("Show the help of a command");
  program.addHelpCommand(help.helpGroup(groupOf(COMMAND_GROUPS, "help")));
  program.addHelpText("after", () => examplesOf("holdfast"));
  program.addHelpText("after", "\nholdfast COMMAND --help says more of each.");
  for (const command of program.commands) addPage(command);
}

function addPage(command: Command): void {
  for (const option of command.options) {
    if (option.long === undefined || option.long === null) continue;
    option.helpGroup(groupOf(OPTION_GROUPS, option.long));
  }
  command.addHelpOption(
    new Option("-h, --help", "show this").helpGroup(groupOf(OPTION_GROUPS, "--help")),
  );
  for (const inner of command.commands) addPage(inner);
  command.addHelpText("after", () => examplesOf(exampleName(command)));
  // One with inner commands may do something by itself, and then it has options.
  const isRun = command.commands.length === 0 || command.options.length > 0;
  if (isRun) command.addHelpText("after", () => exitCodes(command));
}

function groupOf(groups: Readonly<Record<string, readonly string[]>>, word: string): string {
  const found = Object.entries(groups).find(([, words]) => words.includes(word));
  return found?.[0] ?? "Options:";
}

/** Where a name is that of several commands, or says little, it stands behind that of the outer one. */
function exampleName(command: Command): string {
  const whole = `${command.parent?.name()} ${command.name()}`;
  return Object.hasOwn(EXAMPLES, whole) ? whole : command.name();
}

function examplesOf(name: string): string {
  const examples = EXAMPLES[name] ?? [];
  if (examples.length === 0) return "";
  const width = Math.max(...examples.map(([text]) => text.length));
  const lines = examples.map(([text, meaning]) => `  ${text.padEnd(width)}  # ${meaning}`);
  return ["", "Examples:", ...lines].join("\n");
}

function exitCodes(command: Command): string {
  const isDetailed = command.options.some(({ long }) => long === "--detailed-exit-codes");
  const plain = "  0  done\n  1  error, or something failed";
  if (!isDetailed) return `\nExit codes:\n${plain}`;
  const detailed = Object.entries(EXIT_CODES).map(([ending, codes]) => {
    const words = Object.entries(ENDING_WORDS).find(([name]) => name === ending)?.[1] ?? "";
    return `  ${String(codes.detailed).padStart(2)}  ${words}`;
  });
  return ["\nExit codes:", plain, "With --detailed-exit-codes:", ...detailed].join("\n");
}
