import assert from "node:assert/strict";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { type ApprovalQuery, type EngineEvent, Fault, resourceId, silentLog } from "@holdfast/core";
import { type OpenLedger, openLedger } from "@holdfast/ledger";
import { seededRandom, VirtualClock } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import {
  approvalEnvelope,
  PrivateKey,
  printEnvelope,
  signEnvelope,
  type TrustList,
  trustListEnvelope,
} from "@holdfast/trust";
import { AgentApprovals, TRUST_FILE } from "./agent-approvals.ts";
import type { GivenApproval } from "./given-approval.ts";
import { takeApproval } from "./take-approval.ts";

const { signal } = new AbortController();
const HOUR_MS = 3_600_000;
const [root, anna, ben] = ["root", "anna", "ben"].map((name) => PrivateKey.generate(name));
assert.ok(root !== undefined && anna !== undefined && ben !== undefined);
const QUERY: ApprovalQuery = {
  id: resourceId("directory", "/srv/old"),
  verb: "delete",
  digest: "a".repeat(64),
  tags: [],
  planned: "b".repeat(64),
};
const ROLE = { verbs: ["delete"], kinds: ["directory"], names: ["/srv/**"], agents: ["web*"] };
const LIST: TrustList = {
  version: 1,
  roots: { threshold: 1, keys: [root.public] },
  keys: [anna, ben].map((key) => ({ key: key.public, roles: [ROLE] })),
  revoked: [],
};

/** An agent on a machine, as far as approvals go. */
class World implements Disposable {
  readonly clock = new VirtualClock();
  readonly events: EngineEvent[] = [];
  readonly disk = new SimulatedLogDisk();
  // Root reads no list under a directory that others can write.
  readonly root = fs.mkdtempSync(join(process.geteuid?.() === 0 ? homedir() : tmpdir(), ".hf-"));
  readonly #random = seededRandom(7);

  /** The agent as it starts now. */
  async start() {
    const { calls } = this.disk;
    const path = "/var/lib/holdfast/ledger.jsonl";
    const ledger = await openLedger({ calls, path, random: this.#random, log: silentLog }, signal);
    const approvals = new AgentApprovals({
      ledger,
      clock: this.clock,
      root: this.root,
      userId: process.geteuid?.(),
      agent: "web1",
      isWriter: true,
    });
    await approvals.load(signal);
    const { clock, events } = this;
    const parts = { approvals, ledger, clock, random: this.#random };
    const take = (given: GivenApproval) =>
      takeApproval(given, { ...parts, events: (event) => events.push(event) }, signal);
    return { approvals, ledger, take };
  }

  async install(list: TrustList): Promise<void> {
    const path = join(this.root, TRUST_FILE);
    fs.mkdirSync(dirname(path), { recursive: true });
    assert.ok(root !== undefined);
    const signed = await signEnvelope(trustListEnvelope(list), root, signal);
    fs.writeFileSync(path, printEnvelope(signed));
  }

  /** An approval of the query, by some keys. */
  async signed(
    { lineage }: Pick<OpenLedger, "lineage">,
    keys: readonly PrivateKey[],
    nonce = "1",
  ): Promise<GivenApproval> {
    const { id, verb, digest, planned } = QUERY;
    let envelope = approvalEnvelope({
      agent: "web1",
      lineage,
      actions: [{ id, verb, digest }],
      planned,
      nonce: nonce.repeat(32),
      notBeforeMs: this.clock.wallMs() - 1,
      expiresMs: this.clock.wallMs() + HOUR_MS,
    });
    for (const key of keys) envelope = await signEnvelope(envelope, key, signal);
    return { type: "signed", envelope: printEnvelope(envelope) };
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.root, { recursive: true });
  }
}

function byRights(by: string, queries: readonly ApprovalQuery[] = [QUERY]) {
  const actions = queries.map(({ id, verb, digest }) => ({ id, verb, digest }));
  return { type: "rights", actions, planned: QUERY.planned, by } satisfies GivenApproval;
}

async function reasonOf(taken: Promise<unknown>): Promise<string> {
  const failure: unknown = await taken.then(
    () => "taken",
    (error: unknown) => error,
  );
  return failure instanceof Fault ? failure.reason : String(failure);
}

suite("the approvals of an agent", () => {
  test("C6: without a trust list a user approves by its rights: for an hour, for what is declared, once, also after a restart", async () => {
    using world = new World();
    const first = await world.start();
    assert.equal(
      await reasonOf(first.take(await world.signed(first.ledger, [anna]))),
      "TrustListMissing",
    );
    await first.take(byRights("root"));
    await first.take(byRights("root"));
    assert.deepEqual(first.approvals.of(QUERY).by, ["root"], "one user counts once");
    await first.take(byRights("user 7"));
    assert.equal(first.approvals.of(QUERY).count, 2);
    const refusalOf = (query: Partial<ApprovalQuery>): string =>
      first.approvals.of({ ...QUERY, ...query }).refusal ?? "none";
    assert.match(refusalOf({ planned: "c".repeat(64) }), /^ApprovalOutdated: /);
    assert.match(refusalOf({ verb: "update" }), /^ApprovalForOtherAction: /);
    assert.equal(refusalOf({ digest: "d".repeat(64) }), "none");
    await first.ledger.spend(first.approvals.of(QUERY).nonces, signal);
    assert.equal(first.approvals.of(QUERY).count, 0);
    const second = await world.start();
    assert.equal(second.approvals.of(QUERY).count, 0);
    const other = { ...QUERY, id: resourceId("directory", "/srv/other"), digest: "e".repeat(64) };
    await second.take(byRights("root", [QUERY, other]));
    const [nonce] = second.approvals.of(QUERY).nonces;
    assert.ok(nonce !== undefined);
    await second.ledger.spend([nonce], signal);
    assert.match(second.approvals.of(QUERY).refusal ?? "", /^ApprovalReplayed: /);
    assert.equal(second.approvals.of(other).count, 1, "each action has its own");
    await second.take(byRights("root"));
    await world.clock.advance(HOUR_MS);
    assert.match(second.approvals.of(QUERY).refusal ?? "", /^ApprovalExpired: /);
  });

  test("C6: with a trust list signatures alone count, each key once, and until it is revoked; a replay is refused after a restart", async () => {
    using world = new World();
    await world.install(LIST);
    const { approvals, ledger, take } = await world.start();
    assert.equal(await reasonOf(take(byRights("root"))), "ApprovalMissing");
    assert.equal(await reasonOf(take(await world.signed(ledger, [root]))), "SignerUnknown");
    const other = { lineage: "0".repeat(32) };
    assert.equal(
      await reasonOf(take(await world.signed(other, [anna]))),
      "ApprovalForOtherLineage",
    );
    const given = await world.signed(ledger, [anna]);
    await take(given);
    assert.equal(approvals.of(QUERY).count, 1);
    assert.equal(await reasonOf(take(await world.signed(ledger, [anna], "2"))), "SignerRepeated");
    await take(await world.signed(ledger, [ben], "3"));
    assert.equal(approvals.of(QUERY).count, 2);
    const revoked = [{ id: ben.public.id, why: "lost" }];
    await world.install({ ...LIST, version: 2, revoked });
    await approvals.load(signal);
    assert.equal(approvals.of(QUERY).count, 1);
    assert.match(approvals.of(QUERY).refusal ?? "", /^SignerRevoked: /);
    await ledger.spend(approvals.of(QUERY).nonces, signal);
    const after = await world.start();
    assert.equal(await reasonOf(after.take(given)), "ApprovalReplayed");
    assert.match(after.approvals.of(QUERY).refusal ?? "", /^(ApprovalReplayed|SignerRevoked): /);
    const refused = world.events.filter((one) => one.type === "approval" && one.what === "refused");
    assert.equal(refused.length, 5, "each refusal is on record");
  });

  test("an approval that would be forgotten at once is refused, and not called given", async () => {
    using world = new World();
    const { take, approvals } = await world.start();
    for (let at = 0; at < 64; at += 1) {
      const digest = at.toString(16).padStart(64, "0");
      await take({ ...byRights(`user ${at}`, [{ ...QUERY, digest }]), validMs: 24 * HOUR_MS });
    }
    assert.equal(await reasonOf(take(byRights("root"))), "ApprovalMissing");
    assert.equal(approvals.of(QUERY).count, 0);
    await take({ ...byRights("root"), validMs: 48 * HOUR_MS });
    assert.equal(approvals.of(QUERY).count, 1);
  });

  test("a trust list is not rolled back nor taken away: the one before holds on, and after a restart nobody approves", async () => {
    using world = new World();
    await world.install({ ...LIST, version: 2 });
    const { approvals, ledger, take } = await world.start();
    await take(await world.signed(ledger, [anna]));
    await world.install(LIST);
    await approvals.load(signal);
    assert.equal(approvals.condition?.reason, "TrustListRolledBack");
    assert.equal(approvals.of(QUERY).count, 1, "the list before it holds on");
    const second = await world.start();
    assert.match(second.approvals.of(QUERY).refusal ?? "", /^TrustListRolledBack: /);
    fs.rmSync(join(world.root, TRUST_FILE));
    const third = await world.start();
    assert.equal(await reasonOf(third.take(byRights("root"))), "TrustListMissing");
    await world.install({ ...LIST, version: 3 });
    await third.approvals.load(signal);
    assert.equal(third.approvals.of(QUERY).count, 1);
  });
});
