/**
 * What other tools (ansible-playbook, puppet, salt, chef, terraform, cf-agent) call on their command lines, and what it is
 * here. Loaded only when a word of the command line is not known.
 */

/** Options of others, separated by spaces, and what to do instead, as whole sentences. */
export const FOREIGN_FLAGS: Readonly<Record<string, string>> = {
  "--check -C --noop --dry-run --dryrun --simulate --what-if --whatif --why-run -n":
    "holdfast plan shows what apply would change, and writes nothing.",
  "--diff -D --show-diff": "plan and apply show what differs; all of it with --diff full.",
  "--tags -t --target -target --goal --classes":
    "Write --only: it takes tags, ids, kinds and globs.",
  "--skip-tags --exclude": "Write --skip: it takes tags, ids, kinds and globs.",
  "--limit -l --inventory -i --inventory-file --host --hosts --list-hosts --connection --private-key --key-file":
    "An agent works on its own machine: run holdfast there. Resources are chosen with --only.",
  "--become -b -K --ask-become-pass --become-user --become-method --sudo --user -u":
    "Run holdfast as root, with sudo; an exec has a user of its own.",
  "--extra-vars -e --set --var -var --pillar --define": "Write --param NAME=VALUE, once for each.",
  "--var-file -var-file --values --json-attributes -j": "Write --params FILE.",
  "-v -vv -vvv -vvvv --debug --trace --log-level -d": "Write --verbose.",
  "--syntax-check --lint --parse-only": "Run holdfast validate.",
  "--list-tasks --list-tags --step --start-at-task":
    "Run holdfast plan: it lists what is to be done.",
  "--forks -f --parallelism -parallelism --concurrency": "Write --parallel COUNT.",
  "--vault-password-file --vault-id --ask-vault-pass --ask-vault-password":
    "Write --secrets-key FILE: holdfast secrets keeps encrypted values.",
  "--onetime --no-daemonize --test --apply --execute":
    "holdfast apply works once, in the foreground.",
  "--daemonize --daemon --interval --splay --runinterval":
    "holdfast serve keeps the machine so; holdfast install makes it a service.",
  "--config -c --file --manifest --playbook -m --modulepath --module-path":
    "Name the source without an option: holdfast plan site.yaml.",
  "--output -o --format --json": "Write --out json.",
  "--no-color --no-colour --color --colour": "Write --out serial, or set NO_COLOR=1.",
  "--quiet -q --silent": "Leave it out: send the output where you want it.",
  "--yes -y --auto-approve -auto-approve --force --assume-yes --no-confirm":
    "Leave it out: apply does not ask.",
  "--detailed-exitcode --detailed-exitcodes -detailed-exitcode": "Write --detailed-exit-codes.",
  "--refresh-only --report-only --audit": "Write --mode detect.",
  "--timeout --task-timeout": "Write --resource-timeout DURATION.",
  "--chroot --root-dir --rootdir --prefix": "Write --root DIR.",
  "--flush-cache --force-handlers --environment --server --certname": "Leave it out.",
};

/** Commands of others, likewise. */
export const FOREIGN_COMMANDS: Readonly<Record<string, string>> = {
  "check diff noop preview dry-run what-if": "Run holdfast plan.",
  "lint syntax-check fmt": "Run holdfast validate.",
  "playbook converge deploy up provision sync state.apply highstate": "Run holdfast apply SOURCE.",
  "daemon start watch run-agent": "Run holdfast serve, or holdfast install for a service.",
  stop: "Stop the service that runs it: systemctl stop holdfast.",
  "rollback revert": "Run holdfast undo --last.",
  "destroy down":
    "Write prune: true, take out of the source what is to go, and run holdfast apply.",
  "setup gather_facts fact ohai facter": "Run holdfast facts.",
  vault: "Run holdfast secrets.",
  "decrypt view": "Run holdfast secrets edit FILE: an editor shows the values in clear.",
  "import capture resource": "Run holdfast export.",
  "log logs tail": "Run holdfast events.",
  "kinds modules types doc": "Run holdfast list, or holdfast schema for their fields.",
  "explain describe": "Run holdfast why ID.",
  restart: "Run holdfast run ID restart, such as holdfast run service:nginx restart.",
  "remove delete purge":
    "Declare it with state: absent, or take it out of a source with prune: true.",
};

/** Commands that the design has and this version has not, and what to do until then. */
export const UNBUILT_COMMANDS: Readonly<Record<string, string>> = {
  providers: "Declare resources of the machine.",
  fleet: "Run an agent on each machine, with the same source.",
  agent: "holdfast serve is the agent.",
  hub: "Run an agent on each machine, with the same source.",
  ui: "holdfast status --watch shows everything.",
};

/** What to do instead of an option; `undefined` when no other tool has it. */
export function adviceForFlag(written: string): string | undefined {
  const flag = written.replace(/=.*$/s, "");
  return rowOf(FOREIGN_FLAGS, flag);
}

/** What to do instead of a command, and whether it is one of ours to come; `undefined` when it is of neither. */
export function adviceForCommand(
  written: string,
): { readonly advice: string; readonly isUnbuilt: boolean } | undefined {
  const unbuilt = Object.hasOwn(UNBUILT_COMMANDS, written) ? UNBUILT_COMMANDS[written] : undefined;
  const advice = unbuilt ?? rowOf(FOREIGN_COMMANDS, written);
  return advice === undefined ? undefined : { advice, isUnbuilt: unbuilt !== undefined };
}

function rowOf(table: Readonly<Record<string, string>>, word: string): string | undefined {
  return Object.entries(table).find(([words]) => words.split(" ").includes(word))?.[1];
}
