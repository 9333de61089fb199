import { accessSync, constants, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { measurePairs, type Pairs } from "./pairs.ts";
import { cfengine } from "./peers/cfengine.ts";
import type { Peer } from "./peers/peer.ts";
import { puppet } from "./peers/puppet.ts";
import { clear, createPolicy, fill, type Policy } from "./policy.ts";
import { HOLDFAST, time } from "./processes.ts";
import type { Row } from "./row.ts";

/** What a peer is compared with: the aims are ratios of ours to theirs. */
interface Contest {
  readonly peer: Peer;
  readonly aimFirst: number | undefined;
  readonly aimNoop: number | undefined;
  readonly pairCount: number;
}

const CONTESTS: readonly Contest[] = [
  { peer: cfengine, aimFirst: 1, aimNoop: 0.25, pairCount: 5 },
  { peer: puppet, aimFirst: undefined, aimNoop: undefined, pairCount: 1 },
];

/** The same policies by other tools, as far as they are installed; their figures stand in the column of the floor. */
export async function benchPeers(fileCount: number, isQuick: boolean): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const contest of CONTESTS) {
    if (isInstalled(contest.peer.program)) {
      rows.push(
        ...(await benchPeer({ ...contest, pairCount: isQuick ? 1 : contest.pairCount }, fileCount)),
      );
    } else console.log(`${contest.peer.name} is not installed (${contest.peer.program})`);
  }
  return rows;
}

async function benchPeer(contest: Contest, fileCount: number): Promise<readonly Row[]> {
  const { peer, aimFirst, aimNoop, pairCount } = contest;
  using policy = createPolicy(fileCount, { isChain: false });
  const { manifestPath, root } = policy;
  const theirs = peer.prepare(policy, dirname(manifestPath));
  const apply = [...HOLDFAST, "apply", manifestPath, "--root", root, "--out", "json"];
  const plan = [...HOLDFAST, "plan", manifestPath, "--root", root, "--out", "json"];
  const first = await measurePairs(
    pairCount,
    () => {
      clear(policy);
      return time([...apply, "--detailed-exit-codes"], 2);
    },
    async () => {
      clear(policy);
      const elapsedMs = await time(theirs);
      assertFilled(policy, peer);
      return elapsedMs;
    },
  );
  fill(policy);
  const noop = await measurePairs(
    pairCount,
    () => time([...plan, "--detailed-exit-codes"]),
    () => time(theirs),
  );
  const count = fileCount.toLocaleString("en");
  return [
    toRow(`first apply of ${count} against ${peer.name}`, first, aimFirst, peer),
    toRow(`no-op of ${count} against ${peer.name}`, noop, aimNoop, peer),
  ];
}

function toRow(name: string, pairs: Pairs, most: number | undefined, peer: Peer): Row {
  const aim = { text: `≤ ${most}× ${peer.name}`, isMet: pairs.ratio <= (most ?? 0) };
  return { name, unit: "ms", ...pairs, ...(most === undefined ? {} : { aims: [aim] }) };
}

/** A peer that did nothing would seem fast. */
function assertFilled({ root, files }: Policy, peer: Peer): void {
  const wrong = files.find(({ name, content }) => readFileSync(root + name, "latin1") !== content);
  if (wrong !== undefined) throw new Error(`${peer.name} did not write ${wrong.name} as declared`);
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error) return false;
      throw error;
    }
  });
}
