import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PLANTED_BUGS } from "./planted/planted-bugs.ts";

const repository = fileURLToPath(new URL("../", import.meta.url));

/**
 * Traps that have bitten real systems, and where each is shut: a title of a test, or the name of a planted bug. What this
 * version cannot have yet, because the part is not built, is not here.
 */
const TRAPS: Readonly<Record<string, string>> = {
  "watch lost after delete and restore":
    "the hundredth tamper of each sort is noticed like the first",
  "passwd replaced by rename":
    "passwd replaced by rename is noticed the hundredth time like the first",
  "mountinfo gives no inotify event":
    "mountinfo gives no inotify event, and a bind mount is noticed at once nevertheless",
  "gates skipped in the first pass": "gates are skipped in the first pass",
  "noop lost in groups or in the loop": "noop is lost",
  "first failure never retried": "a failure is never retried",
  "overflow ignored": "an overflow resyncs nothing",
  "dependents run after failure": "dependents run after a failure",
  "one flapping file stalls all": "a limit on one resource holds all",
  "in-place truncate": "a file is never truncated in place",
  "symlink followed as root": "anything else in the way is shown and refused, never removed",
  "secret window before chmod":
    "a secret has no window: nobody else can read it before its owner and mode are set",
  "typo in a CIDR opens the firewall":
    "a typo anywhere is a mistake with its place, and never a rule that matches more",
  "only the last sysctl survives": "two keys never share a file, whichever way they are spelled",
  "reboot loop without a clock":
    "whatever happens, it is agreed to once for a digest, and never with a ledger in doubt",
  "SIGTERM ignored at start": "a stop in the first pass starts nothing more, and what runs ends",
  "exec without guard loops": "exec without guard loops",
  "all VMs in one shard":
    "virtual machines of one maker are not all in one shard, whatever their firmware says of them",
  "NSS outage creates users": "an outage of the name service creates nobody, and says so",
  "socket of a live daemon stolen": "a live socket is never stolen",
  "operation log truncated on resume": "opening an operation again appends",
  "pruner deletes the newest": "the newest so many are never chosen, in either pass",
  "empty secret written": "empty secret written: a secret that is not there is unknown",
  "unreachable reads as empty": "unknown is taken for absent",
  "success reported before it runs": "a status says Ready while work is under way",
  "agent gives up for ever": "three times at full rate, then once per cap for ever",
  "delete of something never applied fails for ever":
    "a file that should be absent and never existed is in sync",
  "moved field becomes a silent no-op": "unknown kinds and fields name the nearest",
};

suite("T: every trap that this version can have is shut by a test", () => {
  const files = globSync(
    ["packages/*/src/**/*.test.ts", "packages/testing/src/**/*.ts", "test/**/*.test.ts"],
    {
      cwd: repository,
      exclude: (path) => path.endsWith("traps.test.ts"),
    },
  );
  const sources = files.map((file) => readFileSync(`${repository}${file}`, "utf8"));
  const planted = PLANTED_BUGS.map(({ name }) => name);

  for (const [trap, words] of Object.entries(TRAPS)) {
    test(`T: ${trap}`, () => {
      const isPlanted = planted.includes(words);
      const isTested = sources.some((source) => source.includes(words));
      assert.ok(isPlanted || isTested, `no test and no planted bug is called ${words}`);
    });
  }
});
