import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { GitTarget } from "@holdfast/core";
import { hasProgram } from "@holdfast/testing";
import { submoduleSource, submoduleUrl } from "./check-out/submodules.ts";
import { credentialLine, openGitAccess } from "./remote/git-access.ts";
import { openGitRoot, SIGNAL } from "./testing/open-git-root.ts";

const TOKEN = "s3cret:/@ with %, and more";
const MAIN: GitTarget = { type: "branch", name: "main" };
const isRoot = process.geteuid?.() === 0;

interface Server extends AsyncDisposable {
  readonly url: string;
  /** What was sent to let somebody in. */
  readonly credentials: Set<string>;
}

/** Serves files of a directory as git's plain form of HTTP, to whom knows the token; `seen` is called meanwhile. */
async function serve(directory: string, seen: () => void = () => {}): Promise<Server> {
  const credentials = new Set<string>();
  const server = createServer((request, response) => {
    const [, encoded] = (request.headers.authorization ?? "").split(" ");
    const given = Buffer.from(encoded ?? "", "base64").toString();
    if (given !== "") credentials.add(given);
    if (given !== `robot:${TOKEN}`)
      return response.writeHead(401, { "WWW-Authenticate": 'Basic realm="x"' }).end();
    seen();
    const path = join(directory, new URL(request.url ?? "/", "http://x").pathname);
    if (!fs.existsSync(path)) return response.writeHead(404).end();
    return response.end(fs.readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const { port } = address;
  return {
    url: `http://127.0.0.1:${port}`,
    credentials,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Where a text is for others to read: on command lines and in environments. */
function processesWith(text: string): readonly string[] {
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const paths = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  return paths.filter((path) => contentOf(path).includes(text));
}

function contentOf(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    // The process has ended.
    return "";
  }
}

suite("credentials of git", { skip: !hasProgram("git") && "git is not installed" }, () => {
  test("K10: a token lets git in, and is on no command line, in no environment and in no file that others read", async () => {
    using root = openGitRoot();
    const { path, commits } = root.makeRemote("app");
    root.shell("git update-server-info", path);
    const user = isRoot ? { user: "nobody" } : {};
    const shown = new Set<string>();
    const modes = new Set<string>();
    await using server = await serve(root.root, () => {
      for (const each of processesWith(TOKEN)) shown.add(each);
      for (const name of fs.readdirSync(root.scratchDirectory)) {
        const directory = join(root.scratchDirectory, name);
        for (const each of [directory, join(directory, "credentials")]) {
          const { mode, uid } = fs.statSync(each);
          modes.add(`${(mode & 0o777).toString(8)} ${uid === process.geteuid?.()}`);
        }
      }
    });
    const source = { repository: `${server.url}/app.git`, username: "robot", token: TOKEN };
    const place = { path: join(root.root, "app"), ...user };
    const head = await root.git.branchHead(
      { source, branch: "main", maxAgeMs: 0, ...user },
      SIGNAL,
    );
    assert.deepEqual(head, { type: "known", commit: commits[1] });
    await root.git.checkOut(root.request(MAIN, { source, place }), SIGNAL);
    assert.equal(fs.readFileSync(join(place.path, "a"), "utf8"), "two\n");
    assert.deepEqual([...shown], []);
    assert.deepEqual([...modes].sort(), [`600 ${!isRoot}`, `700 ${!isRoot}`]);
    assert.deepEqual(fs.readdirSync(root.scratchDirectory), []);
    assert.equal(root.shell(`grep -rF '${TOKEN}' . || true`), "");
  });

  test("K10: a wrong token is reported at once, and nobody is asked", async () => {
    using root = openGitRoot();
    await using server = await serve(root.root);
    for (const more of [{ username: "robot", token: "wrong" }, {}]) {
      const source = { repository: `${server.url}/app.git`, ...more };
      const refused = root.git.checkOut(root.request(MAIN, { source }), SIGNAL);
      await assert.rejects(refused, (error: Error) => {
        assert.match(error.message, /cannot be fetched from/);
        assert.doesNotMatch(error.message, /wrong/);
        return true;
      });
    }
    assert.deepEqual([...server.credentials], ["robot:wrong"]);
  });

  test("K10: another server that a submodule names gets no token", async () => {
    using root = openGitRoot();
    const { path } = root.makeRemote("app");
    const { commits } = root.makeRemote("lib");
    await using other = await serve(root.root);
    const work = join(root.root, "app.work");
    const link = `git update-index --add --cacheinfo 160000,${commits[0]},lib`;
    const declare = `git config -f .gitmodules submodule.lib.path lib; git config -f .gitmodules submodule.lib.url ${other.url}/lib.git`;
    root.shell(
      `${declare}; git add .gitmodules; ${link}; git commit -qm sub; git push -q ${path} main`,
      work,
    );
    root.shell("git update-server-info", path);
    await using server = await serve(root.root);
    const source = { repository: `${server.url}/app.git`, username: "robot", token: TOKEN };
    const made = root.git.checkOut(root.request(MAIN, { source, submodules: true }), SIGNAL);
    await assert.rejects(made, { reason: "RemoteUnreachable" });
    assert.deepEqual([...other.credentials], []);
    assert.deepEqual([...server.credentials], [`robot:${TOKEN}`]);
  });

  test("K10: credentials go to the declared server alone, and no server leads to this machine", () => {
    const source = { repository: "https://git.example/team/app.git", token: "t" };
    const from = (url: string) => submoduleSource(source, { path: "lib", url, commit: "" });
    assert.deepEqual(from("../lib.git"), {
      repository: "https://git.example/team/lib.git",
      token: "t",
    });
    assert.deepEqual(from("https://other.example/lib"), {
      repository: "https://other.example/lib",
    });
    assert.deepEqual(from("http://git.example/lib"), { repository: "http://git.example/lib" });
    assert.deepEqual(from("git@git.example:lib"), { repository: "git@git.example:lib" });
    for (const url of ["/etc", "file:///etc", "lib"])
      assert.throws(() => from(url), { reason: "RemoteUnreachable" }, url);
    assert.equal(submoduleUrl("git@host:team/app.git", "../../lib.git"), "git@host/lib.git");
    assert.equal(submoduleUrl("/srv/app.git/", ".././lib.git"), "/srv/lib.git");
  });

  test("K10: keys for ssh are files of the git's user that go with it, and the server is pinned", async () => {
    using root = openGitRoot();
    const { scratchDirectory } = root;
    fs.mkdirSync(join(scratchDirectory, "999999999-dead"), { recursive: true });
    fs.writeFileSync(join(scratchDirectory, "999999999-dead/key"), "of a process that was killed");
    const source = { repository: "git@host:a.git", sshKey: "KEY", hostKey: "ssh-ed25519 AAAA\n" };
    const access = await openGitAccess(source, scratchDirectory, undefined);
    const command = access.env["GIT_SSH_COMMAND"] ?? "";
    const fileOf = (option: string): string =>
      new RegExp(`${option}(\\S+)`).exec(command)?.[1] ?? "";
    const [key, hosts] = [fileOf("-i "), fileOf("-o UserKnownHostsFile=")];
    assert.deepEqual(
      [key, hosts].map((path) => [fs.readFileSync(path, "utf8"), fs.statSync(path).mode & 0o777]),
      [
        ["KEY\n", 0o600],
        ["* ssh-ed25519 AAAA\n", 0o600],
      ],
    );
    assert.match(
      command,
      /BatchMode=yes.*StrictHostKeyChecking=yes.*GlobalKnownHostsFile=\/dev\/null/,
    );
    access[Symbol.dispose]();
    access[Symbol.dispose]();
    assert.deepEqual(fs.readdirSync(scratchDirectory), []);
  });

  test("K10: without a secret nothing is written", async () => {
    using root = openGitRoot();
    using access = await openGitAccess(
      { repository: "https://a/b" },
      root.scratchDirectory,
      undefined,
    );
    assert.deepEqual(access.settings, {});
    assert.equal(fs.existsSync(root.scratchDirectory), false);
    assert.equal(credentialLine({ repository: "ssh://a/b", token: "t" }), undefined);
    assert.equal(
      credentialLine({ repository: "https://me@a:8/b", token: "a/b@c" }),
      "https://me:a%2Fb%40c@a:8",
    );
  });
});
