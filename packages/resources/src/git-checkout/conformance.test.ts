import {
  branchAt,
  kindConformance,
  type KindSample,
  type Operation,
  SAMPLE,
  sampleRepository,
} from "@holdfast/testing";
import fc from "fast-check";
import { gitCheckoutKind } from "./kind.ts";
import type { GitCheckoutInput } from "./spec.ts";

const PATH = "/srv/app";
const REPOSITORY = "/srv/remote.git";
const needs: readonly Operation[] = [
  { type: "remove", path: PATH },
  ...sampleRepository(REPOSITORY),
];

function write(path: string, content: string): Operation {
  return { type: "write", path: `${PATH}/${path}`, content };
}

/** A checkout that somebody else made: its files are there, and nothing is staged. */
const adopted: readonly Operation[] = [
  ...sampleRepository(`${PATH}/.git`),
  { type: "remove", path: `${PATH}/.git/config` },
  write(".git/config", '[core]\n\tbare = false\n[remote "origin"]\n\turl = /srv/other.git\n'),
  write("README", "mine\n"),
];

const target = fc.constantFrom<Partial<GitCheckoutInput>>(
  { branch: "main" },
  { branch: "old", interval: 60 },
  { tag: "v1" },
  { revision: SAMPLE.first },
  { revision: SAMPLE.second },
  { revision: SAMPLE.second.slice(0, 9) },
  { revision: SAMPLE.first, depth: 1 },
);
const start = fc.oneof(
  { weight: 3, arbitrary: fc.constant<readonly Operation[]>([]) },
  fc.constant<readonly Operation[]>([{ type: "directory", path: PATH }]),
  fc.constant(adopted),
);

function sampleOf(
  input: fc.Arbitrary<GitCheckoutInput>,
  before: fc.Arbitrary<readonly Operation[]>,
): fc.Arbitrary<KindSample<GitCheckoutInput>> {
  return fc.record({
    name: fc.constant(PATH),
    input,
    needs: fc.constant(needs),
    before,
    // git writes file after file.
    isStepwise: fc.constant(true),
    isUnnoticed: fc.boolean(),
  });
}

const present = target.map((named): GitCheckoutInput => ({ repository: REPOSITORY, ...named }));

function refused(
  reason: NonNullable<KindSample<GitCheckoutInput>["refused"]>,
  before: readonly Operation[],
  input: fc.Arbitrary<GitCheckoutInput> = present,
): fc.Arbitrary<KindSample<GitCheckoutInput>> {
  return sampleOf(input, fc.constant(before)).map((sample) => ({ ...sample, refused: reason }));
}

const gone = fc.constant<GitCheckoutInput>({ repository: "/srv/none.git", branch: "main" });
const unknownTag = fc.constant<GitCheckoutInput>({ repository: REPOSITORY, tag: "v9" });
const unknownBranch = fc.constant<GitCheckoutInput>({ repository: REPOSITORY, branch: "nine" });
const absent = fc.constant<GitCheckoutInput>({ state: "absent" });

const inTheWay = fc.constantFrom<Operation>(
  { type: "write", path: PATH, content: "a file" },
  { type: "symlink", path: PATH, target: "/srv/remote.git" },
);

/** What watches notice. */
const noticed = fc.constantFrom<Operation>(
  write(".git/HEAD", "ref: refs/heads/none\n"),
  write(".git/HEAD", "junk"),
  write(".git/config", '[core]\n\tfsmonitor = /bin/false\n[filter "x"]\n\tclean = /bin/false\n'),
  { type: "remove", path: `${PATH}/.git/config` },
  { type: "remove", path: `${PATH}/README` },
  { type: "remove", path: PATH },
);
/** What only comparing the files tells. */
const unnoticed = fc.constantFrom<Operation>(
  write("README", "changed\n"),
  write("conf/app", "b=1\n"),
  { type: "truncate", path: `${PATH}/conf/app`, sizeBytes: 1 },
  { type: "remove", path: `${PATH}/conf` },
  { type: "write", path: `${PATH}/conf`, content: "in the way" },
  { type: "symlink", path: `${PATH}/README`, target: "conf/app" },
);

kindConformance(gitCheckoutKind, {
  samples: fc.oneof(
    { weight: 6, arbitrary: sampleOf(present, start) },
    { weight: 1, arbitrary: sampleOf(absent, fc.constant([])) },
    refused("WrongType", [{ type: "write", path: PATH, content: "a file" }]),
    refused("DirectoryNotEmpty", [write("file", "of somebody")]),
    refused("RemoteUnreachable", [], gone),
    refused("RevisionNotFound", [], fc.oneof(unknownTag, unknownBranch)),
    refused("LocalWork", adopted, absent),
    refused("CheckoutLocked", [...adopted, write(".git/index.lock", "")]),
    refused("NotFound", [
      branchAt("/else.git", "main", SAMPLE.first),
      { type: "remove", path: "/srv" },
    ]),
  ),
  bookkeeping: [
    `${PATH}/.git/index`,
    `${PATH}/.git/objects/`,
    `${PATH}/.git/refs/`,
    `${PATH}/.git/holdfast-kept/`,
    `${PATH}/.git/config.kept`,
    `${PATH}/.git/config.kept.original`,
  ],
  simulatedTampers: 25,
  realProgram: "git",
  onReal: { runs: 2, troubledCalls: 2, tampers: 5 },
  tampers({ input, isUnnoticed }) {
    if (input.state === "absent") return fc.constant<Operation>({ type: "directory", path: PATH });
    return isUnnoticed === true ? fc.oneof(unnoticed, inTheWay) : noticed;
  },
});
