import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { ACCOUNT_BOOKKEEPING, accountFiles } from "../account/testing/account-files.ts";
import { sshKeyKind } from "./kind.ts";
import type { SshKeyInput } from "./spec.ts";
import { ALICE, BOB, CAROL } from "./testing/sample-keys.ts";

const HOME = "/srv/app";
const SSH = `${HOME}/.ssh`;
const PATH = `${SSH}/authorized_keys`;
const OWNER = { uid: 1000, gid: 1000 };

const needs: readonly Operation[] = [
  ...accountFiles,
  { type: "directory", path: HOME, ...OWNER },
  { type: "remove", path: SSH },
  { type: "directory", path: SSH, mode: 0o700, ...OWNER },
  keysFile("# by hand\n"),
];

const key = fc.constantFrom<SshKeyInput["key"]>(`${ALICE} alice@laptop`, BOB, [ALICE, BOB]);
const options = fc.constantFrom<string[]>([], ["no-pty", 'command="/bin/echo \\"a, b\\""']);
const present: fc.Arbitrary<SshKeyInput> = fc.oneof(
  fc.record(
    { user: fc.constant("app"), key, options, exclusive: fc.boolean() },
    { requiredKeys: ["user", "key"] },
  ),
  fc.record({ user: fc.constant("app"), key: fc.constant(ALICE), comment: fc.constant("é") }),
);
const absent = fc.record({
  user: fc.constant("app"),
  key,
  state: fc.constant("absent" as const),
});
const input: fc.Arbitrary<SshKeyInput> = fc.oneof({ weight: 4, arbitrary: present }, absent);

const line = fc.constantFrom(
  "# a comment\n",
  `${ALICE}\n`,
  `${ALICE} alice\r\n`,
  `NO-PTY,command="/bin/echo \\"a, b\\"" ${BOB} é\n`,
  `  from="10.0.0.0/8" ${BOB}   bob \n`,
  `${CAROL} carol\n`,
  "ssh-ed25519 broken\n",
);
const file: fc.Arbitrary<Operation> = fc
  .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom(0o600, 0o644, 0o666))
  .map(([lines, mode]) => keysFile(lines.join(""), mode));
const start = fc.oneof(
  { weight: 4, arbitrary: file },
  fc.constantFrom<Operation>(
    { type: "remove", path: SSH },
    { type: "remove", path: PATH },
    { type: "chmod", path: SSH, mode: 0o777 },
  ),
);

const granted: fc.Arbitrary<KindSample<SshKeyInput>> = fc.record({
  name: fc.constant("a key"),
  input,
  needs: fc.constant(needs),
  before: fc.array(start, { maxLength: 2 }),
  // The directory, then the file.
  isStepwise: fc.constant(true),
});
const refused = (
  reason: "NotFound" | "UnknownUser",
  operation: Operation,
): fc.Arbitrary<KindSample<SshKeyInput>> =>
  fc.record({
    name: fc.constant("a key"),
    input: present,
    needs: fc.constant(needs),
    before: fc.constant([operation]),
    refused: fc.constant(reason),
  });

kindConformance(sshKeyKind, {
  troubledCalls: 20,
  bookkeeping: ACCOUNT_BOOKKEEPING,
  samples: fc.oneof(
    { weight: 6, arbitrary: granted },
    refused("NotFound", { type: "remove", path: HOME }),
    refused("UnknownUser", {
      type: "replace",
      path: "/etc/passwd",
      content: "root:x:0:0:root:/root:/bin/bash\n",
    }),
  ),
  tampers({ input: { state, exclusive } }) {
    const inTheWay: readonly Operation[] = [
      { type: "directory", path: PATH },
      { type: "fifo", path: PATH },
      { type: "symlink", path: PATH, target: "elsewhere" },
      { type: "symlink", path: SSH, target: "elsewhere" },
      { type: "chown", path: PATH, uid: 7, gid: 7 },
    ];
    const back: readonly Operation[] = [keysFile(`${ALICE}\n${BOB}\n`)];
    if (state === "absent") return fc.constantFrom(...back, ...inTheWay);
    return fc.constantFrom<Operation>(
      ...inTheWay,
      keysFile("# nothing\n"),
      { type: "replace", path: PATH, content: `${CAROL}\n`, ...OWNER },
      { type: "remove", path: PATH },
      { type: "remove", path: SSH },
      { type: "chmod", path: PATH, mode: 0o620 },
      { type: "chmod", path: SSH, mode: 0o702 },
      ...(exclusive === true ? [keysFile(`${ALICE}\n${BOB}\n${CAROL}\n`)] : []),
    );
  },
});

function keysFile(content: string, mode = 0o600): Operation {
  return { type: "write", path: PATH, content, mode, ...OWNER };
}
