import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import {
  type FirewallActor,
  THEIR_CHAIN,
  THEIR_RULE,
} from "../../operations/firewall/firewall-operation.ts";
import { waitNow } from "../wait-now.ts";

/** A network namespace of its own, in which nothing is but a loopback that is down. It is gone with the process that holds it. */
export interface RealNetworkNamespace extends AsyncDisposable {
  readonly pid: number;
  readonly entering: readonly [string, ...string[]];
  /** Runs a program in it to its end. @returns what it wrote. @throws {Error} when it fails. */
  run(words: readonly string[], stdin?: string): string;
  /** The tables in it as lines of a tree, without what was counted. */
  lines(): readonly string[];
  /** Others, who change its tables. */
  readonly actor: FirewallActor;
}

/** Why none can be filtered in here; `undefined`: it can. */
export function missingForFirewall(): string | undefined {
  if (process.geteuid?.() !== 0) return "only root makes network namespaces";
  const words = ["--net", "nft", "list", "ruleset"];
  if (spawnSync("unshare", ["--net", "true"]).status !== 0)
    return "no network namespace can be made here";
  return spawnSync("unshare", words).status === 0 ? undefined : "nftables is missing";
}

/** Makes one at once; the holder ends with this process. @throws {Error} when it does not get ready. */
export function openNetworkNamespace(): RealNetworkNamespace {
  const holder = spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"] });
  const { pid } = holder;
  if (pid === undefined) throw new Error("no network namespace could be made");
  const place = `/proc/${pid}/ns/net`;
  const own = fs.readlinkSync("/proc/self/ns/net");
  waitNow(() => fs.existsSync(place) && fs.readlinkSync(place) !== own);
  const entering = ["nsenter", `--net=${place}`] as const;
  const run = (words: readonly string[], stdin = ""): string => {
    const [program, ...rest] = [...entering, ...words];
    const result = spawnSync(program, rest, { input: stdin, encoding: "utf8" });
    if (result.status !== 0) throw new Error(`${words.join(" ")}: ${result.stderr}`);
    return result.stdout;
  };
  return {
    pid,
    entering,
    run,
    lines: () => linesOf(run(["nft", "list", "ruleset"])),
    actor: actorIn(entering),
    [Symbol.asyncDispose]: () => end(holder),
  };
}

function actorIn(entering: readonly [string, ...string[]]): FirewallActor {
  const nft = (text: string): void => {
    const [program, ...words] = [...entering, "nft", "--file", "-"] as const;
    spawnSync(program, words, { input: text, stdio: ["pipe", "ignore", "ignore"] });
  };
  return {
    remove: (table) => nft(`delete table inet ${table}\n`),
    flush: (table) => nft(`flush table inet ${table}\n`),
    addChain: (table) =>
      nft(`table inet ${table} {\n\tchain ${THEIR_CHAIN} {\n\t\t${THEIR_RULE}\n\t}\n}\n`),
    addRule: (verb, table, chain) =>
      nft(`${verb === "append" ? "add" : "insert"} rule inet ${table} ${chain} ${THEIR_RULE}\n`),
  };
}

function linesOf(text: string): readonly string[] {
  const tables = text.replaceAll(/ packets \d+ bytes \d+/g, "").split(/^(?=table )/m);
  return tables
    .filter((table) => table !== "")
    .map((table) => {
      const name = /^table (\S+ \S+)/.exec(table)?.[1] ?? "";
      return `unit:${name.replace(" ", "/")}.nft unit 0000 0:0 ${JSON.stringify(table)}`;
    });
}

async function end(holder: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => holder.once("exit", () => resolve()));
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  holder.kill("SIGKILL");
  await ended;
}
