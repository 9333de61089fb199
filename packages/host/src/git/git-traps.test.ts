import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { GitTarget } from "@holdfast/core";
import { hasProgram } from "@holdfast/testing";
import { createCommands } from "../commands/commands.ts";
import { createAccounts } from "../accounts/accounts.ts";
import { realClock } from "../system/real-clock.ts";
import { runGit } from "./run/run-git.ts";
import { type GitRoot, openGitRoot, SIGNAL } from "./testing/open-git-root.ts";

const MAIN: GitTarget = { type: "branch", name: "main" };
const isRoot = process.geteuid?.() === 0;

/** Everything that a checkout could name for git to run; each would leave a file of its name. */
function plant({ shell, root }: GitRoot, directory: string): string {
  const marks = join(root, "ran");
  fs.mkdirSync(marks, { recursive: true });
  fs.chmodSync(marks, 0o777);
  const program = (name: string): string => `touch ${marks}/${name}; cat`;
  for (const hook of [
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "pre-auto-gc",
  ]) {
    const path = join(directory, ".git/hooks", hook);
    fs.mkdirSync(join(directory, ".git/hooks"), { recursive: true });
    fs.writeFileSync(path, `#!/bin/sh\n${program(hook)}\n`, { mode: 0o755 });
  }
  fs.mkdirSync(join(directory, ".git/info"), { recursive: true });
  fs.writeFileSync(join(directory, ".git/info/attributes"), "* filter=evil diff=evil\n");
  const settings = {
    "core.fsmonitor": program("fsmonitor"),
    "core.hooksPath": ".git/hooks",
    "core.sshCommand": program("ssh"),
    "core.alternateRefsCommand": program("alternates"),
    "filter.evil.clean": program("clean"),
    "filter.evil.smudge": program("smudge"),
    "filter.evil.process": program("process"),
    "diff.evil.textconv": program("textconv"),
    "credential.helper": `!${program("helper")}`,
    "remote.origin.url": `ext::sh -c touch% ${marks}/ext`,
    "protocol.ext.allow": "always",
  };
  for (const [name, value] of Object.entries(settings))
    shell(`git config ${name} '${value}'`, directory);
  return marks;
}

suite("traps of git", { skip: !hasProgram("git") && "git is not installed" }, () => {
  test("K10: nothing that a checkout names is run: no hook, filter, monitor, helper or ext address", async () => {
    using root = openGitRoot();
    const { commits } = root.makeRemote("app");
    const old: GitTarget = { type: "revision", name: commits[0] ?? "" };
    const request = root.request(old);
    await root.git.checkOut(request, SIGNAL);
    const { path } = request.place;
    const marks = plant(root, path);
    fs.writeFileSync(join(path, "a"), "own\n");
    await root.git.observe(request, SIGNAL);
    const { kept } = await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.ok(kept !== undefined);
    await root.git.observe(root.request(MAIN), SIGNAL);
    await root.git.removeCheckout({ place: request.place, force: true }, SIGNAL);
    assert.deepEqual(fs.readdirSync(marks), []);
  });

  test("K10: also under a configuration of others the known settings run nothing", async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    const request = root.request(MAIN);
    await root.git.checkOut(request, SIGNAL);
    const { path } = request.place;
    const marks = plant(root, path);
    // Filters have names of their own, which no setting takes back: only our configuration has none.
    fs.rmSync(join(path, ".git/info/attributes"));
    const commands = createCommands({
      clock: realClock,
      accounts: createAccounts({ clock: realClock }),
    });
    for (const args of [
      ["status"],
      ["checkout", "--force", "--detach", "HEAD"],
      ["update-ref", "refs/x", "HEAD"],
      ["fetch", "origin"],
    ])
      await runGit({ commands }, { args, directory: path }, SIGNAL);
    assert.deepEqual(fs.readdirSync(marks), []);
    root.shell(
      "(git status; git checkout -qf HEAD; git fetch -q origin) 2>/dev/null || true",
      path,
    );
    const ran = fs.readdirSync(marks);
    for (const name of ["fsmonitor", "post-checkout", "ext"])
      assert.ok(ran.includes(name), `${name} was planted, and git alone runs it`);
  });

  test("K10: nothing of the agent's environment or home reaches git, and no home is written to", async (t) => {
    using root = openGitRoot();
    root.makeRemote("app");
    fs.writeFileSync(join(root.root, ".gitconfig"), "[broken");
    const given = {
      HOME: root.root,
      GIT_DIR: "/nowhere",
      GIT_CONFIG_GLOBAL: `${root.root}/.gitconfig`,
    };
    const before = Object.keys(given).map((name) => [name, process.env[name]] as const);
    t.after(() => {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    });
    Object.assign(process.env, given);
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    const found = await root.git.observe(root.request(MAIN), SIGNAL);
    assert.ok(found.type === "checkout" && found.checkout.content.type === "clean");
    assert.equal(fs.readFileSync(join(root.root, ".gitconfig"), "utf8"), "[broken");
  });

  test("K10: a shallow checkout moves to another revision", async () => {
    using root = openGitRoot();
    const { path, commits } = root.makeRemote("app");
    const source = { repository: `file://${path}` };
    const place = join(root.root, "app");
    await root.git.checkOut(root.request(MAIN, { source, depth: 1 }), SIGNAL);
    assert.equal(root.shell("git rev-list --count HEAD", place).trim(), "1");
    const first: GitTarget = { type: "revision", name: commits[0] ?? "" };
    const { head, kept } = await root.git.checkOut(
      root.request(first, { source, depth: 1 }),
      SIGNAL,
    );
    assert.deepEqual([head, kept], [commits[0], undefined]);
    assert.equal(fs.readFileSync(join(place, "a"), "utf8"), "one\n");
    await root.git.removeCheckout({ place: { path: place }, force: false }, SIGNAL);
  });

  test("K10: a commit that is nowhere else, and what is staged, are kept as git stash has it", async () => {
    using root = openGitRoot();
    const { commits } = root.makeRemote("app");
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    const place = join(root.root, "app");
    root.shell("echo own > a; git commit -qam own", place);
    const own = root.shell("git rev-parse HEAD", place).trim();
    const { kept: commit } = await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.equal(root.shell(`git rev-parse ${commit?.name}`, place).trim(), own);
    root.shell("echo staged > a; echo s > s; git add .; echo tree > a", place);
    const { kept: stash } = await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.equal(fs.existsSync(join(place, "s")), false);
    root.shell(`git stash apply --index ${stash?.name}`, place);
    assert.equal(root.shell("git show :a; cat a s", place), "staged\ntree\ns\n");
    assert.equal((await root.git.observe(root.request(MAIN), SIGNAL)).type, "checkout");
    assert.equal(root.shell("git rev-parse HEAD", place).trim(), commits[1]);
  });

  test("K10: an entry in the place of a file or directory of the commit is kept, whatever its name", async () => {
    using root = openGitRoot();
    const { path } = root.makeRemote("app");
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    const name = "l\\351";
    const script = `rm a; mkdir a d; echo 1 > a/in; echo 2 > d/x; echo 3 > "$(printf 'f${name}')"; git add -A`;
    root.shell(
      `${script}; git commit -qm dirs; git push -q ${path} main`,
      join(root.root, "app.work"),
    );
    const place = join(root.root, "app");
    root.shell(`echo own > d; echo mine > "$(printf 'f${name}')"; echo a > a`, place);
    const { kept } = await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.equal(root.shell("cat a/in d/x f*", place), "1\n2\n3\n");
    const shown = `git show ${kept?.name}`;
    assert.equal(
      root.shell(`${shown}:a; ${shown}:d; ${shown}:"$(printf 'f${name}')"`, place),
      "a\nown\nmine\n",
    );
    root.shell(
      `git rm -qr a d; echo a > a; echo d > d; git add .; git commit -qm files; git push -q ${path} main`,
      join(root.root, "app.work"),
    );
    root.shell("echo more > a/more; echo more > d/more", place);
    const { kept: second } = await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.equal(root.shell("cat a d", place), "a\nd\n");
    assert.equal(
      root.shell(`git show ${second?.name}:a/more ${second?.name}:d/more`, place),
      "more\nmore\n",
    );
  });

  test("K10: git does not run where others may write", async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    const { place } = root.request(MAIN);
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    for (const [path, mode] of [
      [place.path, 0o777],
      [join(place.path, ".git"), 0o775],
    ] as const) {
      fs.chmodSync(path, mode);
      await assert.rejects(root.git.observe(root.request(MAIN), SIGNAL), {
        reason: "CheckoutForeign",
      });
      fs.chmodSync(path, 0o755);
    }
  });

  test("K10: marks in the index that hide a change from git do not lose it", async () => {
    using root = openGitRoot();
    const { commits } = root.makeRemote("app");
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    const place = join(root.root, "app");
    root.shell("git update-index --assume-unchanged a; echo hidden > a", place);
    const first: GitTarget = { type: "revision", name: commits[0] ?? "" };
    const { kept } = await root.git.checkOut(root.request(first), SIGNAL);
    assert.equal(root.shell(`git show ${kept?.name}:a`, place), "hidden\n");
    assert.equal(fs.readFileSync(join(place, "a"), "utf8"), "one\n");
  });

  test("K10: locks of a git of ours that was killed are removed, one that is held is named", async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    const place = join(root.root, "app");
    const lock = join(place, ".git/shallow.lock");
    fs.writeFileSync(lock, "");
    const other = spawn("sleep", ["60"], { cwd: place });
    try {
      await assert.rejects(root.git.checkOut(root.request(MAIN), SIGNAL), {
        reason: "CheckoutLocked",
        message: new RegExp(`${lock} is held: sleep \\(pid ${other.pid}\\)`),
      });
    } finally {
      const ended = new Promise((resolve) => other.once("exit", resolve));
      other.kill("SIGKILL");
      await ended;
    }
    fs.writeFileSync(join(place, ".git/holdfast.running"), "");
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.deepEqual(
      [fs.existsSync(lock), fs.existsSync(join(place, ".git/holdfast.running"))],
      [false, false],
    );
  });

  test("K10: a clone that was cut off leaves nothing, and one that was killed is begun anew", async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    const beside = join(root.root, ".app.holdfast-clone");
    for (const seen of [".git/HEAD", ".git/config", ".git/refs/remotes/origin/main"]) {
      const abort = new AbortController();
      const making = root.git.checkOut(root.request(MAIN), abort.signal);
      const timer = setInterval(() => fs.existsSync(join(beside, seen)) && abort.abort(), 1);
      const end = await making.then(
        () => "made",
        () => "cut off",
      );
      clearInterval(timer);
      assert.equal(fs.existsSync(beside), false, `${seen}: ${end}`);
      assert.equal(fs.existsSync(join(root.root, "app")), end === "made");
      fs.rmSync(join(root.root, "app"), { recursive: true, force: true });
    }
    fs.mkdirSync(join(beside, ".git"), { recursive: true });
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    assert.equal(fs.existsSync(beside), false);
  });

  test("K10: a removal that was cut off is ended by the next one", async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    await root.git.checkOut(root.request(MAIN), SIGNAL);
    fs.rmSync(join(root.root, "app/a"));
    await root.git.removeCheckout(
      { place: { path: join(root.root, "app") }, force: false },
      SIGNAL,
    );
    assert.equal(fs.existsSync(join(root.root, "app")), false);
  });

  test("K10: a repository of another form is refused before git runs in it", async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    const place = join(root.root, "app");
    const refused = { reason: "CheckoutForeign" };
    root.shell(`git init -q --object-format=sha256 ${place}`);
    await assert.rejects(root.git.observe(root.request(MAIN), SIGNAL), refused);
    fs.rmSync(place, { recursive: true });
    fs.mkdirSync(place);
    fs.writeFileSync(join(place, ".git"), `gitdir: ${root.root}/app.git\n`);
    await assert.rejects(root.git.checkOut(root.request(MAIN), SIGNAL), refused);
  });

  test("K10: a repository on this machine that belongs to another user is named as that", {
    skip: !isRoot && "only root has trees of others",
  }, async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    const place = { path: join(root.root, "app"), user: "nobody" };
    const source = { repository: join(root.root, "app.git") };
    await assert.rejects(root.git.checkOut(root.request(MAIN, { place, source }), SIGNAL), {
      reason: "RemoteUnreachable",
      message: /app\.git cannot be fetched from: it belongs to another user than the checkout/,
      resolution: /^Give the repository to the user of the checkout/,
    });
  });

  test("K10: git runs as the owner of the tree, and not at all in a tree of somebody else", {
    skip: !isRoot && "only root has trees of others",
  }, async () => {
    using root = openGitRoot();
    root.makeRemote("app");
    root.shell("chown -R nobody app.git");
    const place = { path: join(root.root, "app"), user: "nobody" };
    await root.git.checkOut(
      root.request(MAIN, { place, source: { repository: join(root.root, "app.git") } }),
      SIGNAL,
    );
    const owners = root.shell(
      "stat -c %U app app/a app/.git app/.git/config app/.git/HEAD app/.git/index",
    );
    assert.deepEqual([...new Set(owners.trim().split("\n"))], ["nobody"]);
    fs.writeFileSync(join(place.path, "a"), "mine\n");
    const query = { place, target: MAIN, submodules: false };
    const found = await root.git.observe(query, SIGNAL);
    assert.ok(found.type === "checkout" && found.checkout.content.type === "changed");
    const foreign = { reason: "CheckoutForeign", message: /belongs to the user with number/ };
    const asRoot = root.request(MAIN);
    await assert.rejects(root.git.observe(asRoot, SIGNAL), foreign);
    await assert.rejects(root.git.checkOut(asRoot, SIGNAL), foreign);
    await assert.rejects(
      root.git.removeCheckout({ place: asRoot.place, force: true }, SIGNAL),
      foreign,
    );
    const unknown = { ...query, place: { ...place, user: "no-such-user" } };
    await assert.rejects(root.git.observe(unknown, SIGNAL), { reason: "UnknownUser" });
  });
});
