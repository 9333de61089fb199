import { createHash } from "node:crypto";
import { type Json, Secret } from "@holdfast/core";
import type { KeyedDigest } from "../fields/field.ts";
import { objectProvider } from "../objects/object-provider.ts";
import type { DeclaredObject, LiveObject, LiveObjects } from "../objects/object-system.ts";
import type { Provider } from "../provider/provider.ts";
import { askRedis, type RedisReply } from "./redis-client.ts";

/** A user of Redis as it is declared. */
export interface RedisUser {
  readonly name: string;
  readonly password: string;
  /** `~app:*`. */
  readonly keys: string;
  /** `+@read -keys`; what is not named is refused. */
  readonly commands: string;
}

/** The users of a Redis server. It keeps SHA-256 of passwords only, so that these are compared; `default` is its own. */
export function redisAcl(
  socketPath: string,
  declared: readonly RedisUser[],
  digest: KeyedDigest,
): Provider<readonly RedisUser[], LiveObjects> {
  const ask = (command: readonly string[], signal: AbortSignal) =>
    askRedis(socketPath, command, signal);
  const set = async ({ name, fields }: DeclaredObject, signal: AbortSignal) => {
    const { password, keys, commands } = fields;
    const hash = password instanceof Secret ? password.plainText() : "";
    const rules = [keys, commands].flatMap((each) =>
      typeof each === "string" ? each.split(" ") : [],
    );
    await ask(["ACL", "SETUSER", name, "reset", "on", `#${hash}`, ...rules], signal);
    return {};
  };
  // Redis lists what was allowed in an order of its own; here nothing is taken away again, so that order says nothing.
  const inOrder = (value: Json) =>
    [...new Set(["-@all", ...JSON.stringify(value).slice(1, -1).split(" ")])].toSorted().join(" ");
  return objectProvider<readonly RedisUser[]>(
    {
      type: "redis-acl",
      sorts: {
        user: {
          fields: { keys: {}, commands: { normalize: inOrder }, password: { isSecret: true } },
        },
      },
      loadConfig: async () => declared,
      declared: (users) => users.map(declaredUser),
      async observe(_config, signal) {
        const names = listOf(await ask(["ACL", "USERS"], signal)).filter(
          (each) => each !== "default",
        );
        const objects: LiveObject[] = [];
        for (const name of names.map(String)) {
          objects.push(liveUser(name, listOf(await ask(["ACL", "GETUSER", name], signal))));
        }
        return { objects };
      },
      create: set,
      update: (object, _changes, signal) => set(object, signal),
      async remove({ name }, signal) {
        await ask(["ACL", "DELUSER", name], signal);
        return {};
      },
    },
    digest,
  );
}

function declaredUser({ name, password, keys, commands }: RedisUser): DeclaredObject {
  const hash = new Secret(createHash("sha256").update(password).digest("hex"));
  return { type: "user", name, fields: { keys, commands, password: hash } };
}

function liveUser(name: string, facts: readonly RedisReply[]): LiveObject {
  const fact = (key: string): RedisReply => facts[facts.indexOf(key) + 1] ?? "";
  const password = listOf(fact("passwords")).join(",");
  const fields = { keys: String(fact("keys")), commands: String(fact("commands")), password };
  return { type: "user", name, fields };
}

function listOf(reply: RedisReply): readonly RedisReply[] {
  return typeof reply === "object" && reply !== null ? reply : [];
}
