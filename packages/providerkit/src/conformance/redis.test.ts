import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { hasProgram } from "@holdfast/testing";
import { redisAcl } from "../testing/redis-acl.ts";
import { askRedis } from "../testing/redis-client.ts";
import { providerLaws } from "./provider-laws.ts";

const { signal } = new AbortController();
const PASSWORD = "correct horse";

async function open() {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-redis-"));
  const socket = join(directory, "redis.sock");
  const options = ["--port", "0", "--unixsocket", socket, "--dir", directory, "--save", ""];
  const server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(server, "exit");
  for await (const line of server.stdout) if (/now ready|Ready to accept/.test(String(line))) break;
  server.stdout.resume();
  const ask = (...command: readonly string[]) => askRedis(socket, command, signal);
  await ask("ACL", "SETUSER", "report", "on", "~*", "+@read");
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL");
    await exited;
  };
  const declared = [
    { name: "shop", password: PASSWORD, keys: "~shop:*", commands: "+@read +@write" },
    { name: "report", password: "staple", keys: "~shop:*", commands: "+@read" },
  ];
  return {
    provider: redisAcl(socket, declared, (text) =>
      createHmac("sha256", "key").update(text).digest("hex"),
    ),
    root: directory,
    secrets: [PASSWORD, "staple"],
    snapshot: async () =>
      String(await ask("ACL", "LIST"))
        .split(",")
        .toSorted(),
    tamper: async () => void (await ask("ACL", "SETUSER", "shop", "nopass", "allkeys")),
    cutOff: stop,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(directory, { recursive: true });
    },
  };
}

const skip = !hasProgram("redis-server") && "redis-server is not installed";
suite("the users of a real Redis", { skip }, () => {
  for (const { name, check } of providerLaws(open)) {
    test(`redis-acl: ${name}`, () => check(signal));
  }
});
