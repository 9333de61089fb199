import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type JsonObject, silentLog } from "@holdfast/core";
import {
  actionOn,
  branchAt,
  carryOut,
  checkKind,
  checkKindUnknown,
  checkSimulated,
  type Operation,
  refuseSimulated,
  SAMPLE,
  sampleRepository,
  simulatedActor,
  type SimulatedRig,
  simulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import { gitCheckoutKind } from "./kind.ts";
import type { GitCheckoutObserved } from "./observe.ts";
import { type GitCheckoutInput, gitCheckoutSchema } from "./spec.ts";

const PATH = "/srv/app";
const REPOSITORY = "/srv/remote.git";
const SIGNAL = new AbortController().signal;
const following: GitCheckoutInput = { repository: REPOSITORY, branch: "main", interval: 60 };
const checkout = (input: GitCheckoutInput) => ({ kind: gitCheckoutKind, name: PATH, input });

const machine =
  (...more: readonly Operation[]): Start =>
  (host) => {
    const actor = simulatedActor(host.kernel);
    for (const operation of [...sampleRepository(REPOSITORY), ...more]) carryOut(operation, actor);
  };

function bind(input: GitCheckoutInput, name = PATH) {
  return gitCheckoutKind.bind(name, input, (path, summary) => assert.fail(`${path}: ${summary}`));
}

function does(rig: SimulatedRig, operation: Operation): void {
  carryOut(operation, simulatedActor(rig.host.kernel));
}

function write(path: string, content: string): Operation {
  return { type: "write", path: `${PATH}/${path}`, content };
}

async function observe(rig: SimulatedRig, input: GitCheckoutInput): Promise<GitCheckoutObserved> {
  const context = { host: rig.host, signal: SIGNAL, log: silentLog };
  const found = await gitCheckoutKind.observe(bind(input), context);
  assert.ok(found.type === "present");
  return found.value;
}

suite("git-checkout", () => {
  test("contradictions are reported, each with what to write", () => {
    const repository = "https://git.example/a.git";
    const mistakes: readonly (readonly [GitCheckoutInput, string])[] = [
      [{}, "repository: nothing to check out"],
      [{ repository }, ": nothing says what to check out"],
      [{ repository, branch: "a", tag: "b" }, ": several things to check out"],
      [{ repository, revision: "0123abc", depth: 1 }, "revision: half a commit's name"],
      [{ repository, tag: "v1", interval: 60 }, "interval: nothing to follow"],
      [{ repository: "ext::sh -c id", branch: "a" }, "repository: not the address of a repository"],
      [
        { repository: "-oProxyCommand=id:a", branch: "a" },
        "repository: not the address of a repository",
      ],
      [
        { repository: "ssh://-oProxyCommand=id/a", branch: "a" },
        "repository: not the address of a repository",
      ],
      [
        { repository: "https://a/b\n[core]", branch: "a" },
        "repository: not the address of a repository",
      ],
      [{ repository: "srv/a.git", branch: "a" }, "repository: not the address of a repository"],
      [{ repository: "/srv/../a.git", branch: "a" }, "repository: not a plain path"],
      [{ repository: "https://me:word@a/b", branch: "a" }, "repository: a password in the address"],
      [
        { repository: "http://git.example/a", branch: "a", token: "t" },
        "token: a secret in the open",
      ],
      [
        { repository: "git@a:b", branch: "a", token: "t" },
        "token: credentials that nobody asks for",
      ],
      [{ repository, branch: "a", sshKey: "k" }, "sshKey: keys that nobody asks for"],
    ];
    for (const [input, expected] of mistakes) {
      const found: string[] = [];
      gitCheckoutKind.bind(PATH, input, (path, summary) => found.push(`${path}: ${summary}`));
      assert.ok(found.includes(expected), `${expected} in ${found.join(", ")}`);
    }
    bind({ repository: "http://127.0.0.1:8080/a", branch: "a/b-c", token: "t" });
    bind({ repository: "git@git.example:a/b.git", tag: "v1.0", sshKey: "k" });
    bind({ state: "absent" });
  });

  test("names that git could take for an option or a pattern are no branches", () => {
    for (const branch of [
      "-f",
      "a..b",
      "a b",
      "/a",
      "a/",
      "a.lock",
      "a/.b",
      "a*",
      "a~1",
      "a@{1}",
      "@{u}",
      "",
    ])
      assert.equal(
        gitCheckoutSchema.safeParse({ repository: "/a", branch }).success,
        false,
        branch,
      );
    for (const branch of ["main", "feature/x-1", "v1.2", "ä"])
      assert.equal(gitCheckoutSchema.safeParse({ repository: "/a", branch }).success, true, branch);
  });

  test("K10: a followed branch is checked out anew within its interval", async () => {
    const rig = simulatedRig(machine(branchAt(REPOSITORY, "main", SAMPLE.first)));
    const changes = await rig.finish(checkKind(checkout(following), rig));
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["state", "branch"],
    );
    does(rig, branchAt(REPOSITORY, "main", SAMPLE.second));
    await rig.pass(60_000);
    const moved = await rig.finish(checkKind(checkout(following), rig));
    const move = { path: "revision", from: SAMPLE.first, to: SAMPLE.second, action: "replace" };
    assert.deepEqual(moved, [move]);
    assert.equal(rig.host.kernel.inspect.text(`${PATH}/new`), "new\n");
    assert.equal(gitCheckoutKind.resyncMsOf?.(bind(following)), 60_000);
    assert.equal(gitCheckoutKind.resyncMsOf?.(bind({ ...following, interval: 9000 })), 300_000);
  });

  test("K10: a person who asks for a followed branch gets where it is now", async () => {
    const rig = simulatedRig(machine(branchAt(REPOSITORY, "main", SAMPLE.first)));
    await rig.finish(checkKind(checkout(following), rig));
    does(rig, branchAt(REPOSITORY, "main", SAMPLE.second));
    await rig.pass(5_000);
    const wanted = async (isAsked: boolean) => {
      const context = { host: rig.host, signal: SIGNAL, log: silentLog, isAsked };
      const found = await gitCheckoutKind.observe(bind(following), context);
      assert.ok(found.type === "present" && found.value.type === "checkout");
      return found.value.wanted;
    };
    assert.equal(await wanted(false), SAMPLE.first);
    assert.equal(await wanted(true), SAMPLE.second);
  });

  test("K10: without its remote a followed branch is kept at what was fetched last, and says so", async () => {
    const rig = simulatedRig(machine());
    await rig.finish(checkKind(checkout(following), rig));
    does(rig, { type: "remove", path: REPOSITORY });
    does(rig, write("README", "mine\n"));
    await rig.pass(60_000);
    const changes = await rig.finish(checkKind(checkout(following), rig));
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["content"],
    );
    const details = gitCheckoutKind.details?.(await observe(rig, following));
    assert.match(JSON.stringify(details?.["remoteFailure"]), /cannot be fetched from/);
    assert.equal(details?.["revision"], SAMPLE.second);
  });

  test("K10: a tag and a commit that are there need no remote", async () => {
    for (const named of [{ tag: "v1" }, { revision: SAMPLE.first }]) {
      const rig = simulatedRig(machine());
      const input = { repository: REPOSITORY, ...named };
      await rig.finish(checkKind(checkout(input), rig));
      does(rig, { type: "remove", path: REPOSITORY });
      does(rig, { type: "remove", path: `${PATH}/conf` });
      const changes = await rig.finish(checkKind(checkout(input), rig));
      assert.deepEqual(
        changes.map(({ path }) => path),
        ["content"],
      );
    }
  });

  test("K10: a branch that is gone, and one that was never fetched from a dead remote, are unknown", async () => {
    const adopted: readonly Operation[] = [
      ...sampleRepository(`${PATH}/.git`),
      write(".git/HEAD", `${SAMPLE.second}\n`),
    ];
    const gone = { type: "remove", path: `${REPOSITORY}/refs/heads/main` } as const;
    const dead = { type: "remove", path: REPOSITORY } as const;
    for (const [operation, reason] of [
      [gone, "RevisionNotFound"],
      [dead, "RemoteUnreachable"],
    ] as const) {
      const rig = simulatedRig(machine(...adopted, operation));
      await rig.finish(checkKindUnknown(checkout(following), reason, rig));
    }
    await refuseSimulated(checkout(following), machine(dead), "RemoteUnreachable");
  });

  test("K10: a wrong remote is drift that is named", async () => {
    const input = { repository: REPOSITORY, tag: "v1" };
    const other = sampleRepository("/srv/other.git");
    const rig = simulatedRig(machine(...other));
    await rig.finish(checkKind(checkout({ ...input, repository: "/srv/other.git" }), rig));
    const changes = await rig.finish(checkKind(checkout(input), rig));
    assert.deepEqual(changes, [
      { path: "repository", from: "/srv/other.git", to: REPOSITORY, action: "replace" },
    ]);
  });

  test("K10: work that is kept aside is named to people, in the log and in the status", async () => {
    const rig = simulatedRig(machine());
    await rig.finish(checkKind(checkout(following), rig));
    does(rig, write("README", "mine\n"));
    const spec = bind(following);
    const observed = await observe(rig, following);
    const changes = gitCheckoutKind.diff(spec, observed);
    assert.deepEqual(changes, [
      { path: "content", from: "changed: README", to: "as committed", action: "replace" },
    ]);
    const words: string[] = [];
    const logged: JsonObject[] = [];
    await rig.finish(
      gitCheckoutKind.apply(actionOn(gitCheckoutKind, { spec, observed, changes }), {
        ...writeContext(rig),
        progress: (text) => words.push(text),
        log: { ...silentLog, warn: (_text, fields = {}) => logged.push(fields) },
      }),
    );
    const after = await observe(rig, following);
    const [name = ""] = after.type === "checkout" ? after.checkout.kept : [];
    assert.deepEqual(gitCheckoutKind.details?.(after)["kept"], [name]);
    assert.match(name, /^refs\/holdfast\/kept\/\d{8}T\d{6}Z-[0-9a-f]{12}$/);
    assert.deepEqual(words, [`local work is kept as ${name}`]);
    assert.deepEqual(logged, [{ path: PATH, name }]);
  });

  test("K10: many changed files are counted, and some are named", async () => {
    const paths = Array.from({ length: 8 }, (_, at) => `f${at}`);
    const content = { type: "changed", paths, count: 12 } as const;
    const rig = simulatedRig(machine());
    await rig.finish(checkKind(checkout(following), rig));
    const observed = await observe(rig, following);
    assert.ok(observed.type === "checkout");
    const found = { ...observed, checkout: { ...observed.checkout, content } };
    const [change] = gitCheckoutKind.diff(bind(following), found);
    assert.equal(change?.from, "changed: f0, f1, f2, f3, f4, and 7 more");
  });

  test("an empty directory becomes a checkout; it comes after owner, git and a local repository", async () => {
    const input = { repository: REPOSITORY, tag: "v1" };
    const start = machine({ type: "directory", path: PATH });
    await checkSimulated(checkout(input), start, ["state", "tag"]);
    const needs = gitCheckoutKind.needs?.(bind({ ...input, owner: "app" }));
    assert.deepEqual(needs, ["user:app", "package:git", `path:${REPOSITORY}`]);
  });

  test("B4: neither changes nor details nor fingerprint have a token", async () => {
    const token = "s3cret-t0ken";
    const input = { repository: "http://localhost/a.git", tag: "v1", token };
    const rig = simulatedRig(machine());
    await rig.finish(checkKind(checkout(following), rig));
    const observed = await observe(rig, input);
    const shown = [
      gitCheckoutKind.diff(bind(input), observed),
      gitCheckoutKind.details?.(observed),
      gitCheckoutKind.fingerprint(observed),
    ];
    assert.ok(!JSON.stringify(shown).includes(token));
  });
});
