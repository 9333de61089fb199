import {
  judgeConditions,
  type Judgement,
  type LeafCondition,
  leavesOf,
  type MachineCondition,
  toFault,
  type Truth,
} from "@holdfast/core";
import type { HintKind, HintSet } from "../queue/hint.ts";
import type { Declaration, Subject, ResourceRecord } from "../records/resource-record.ts";
import type { Replacement } from "../records/resource-store.ts";
import type { ConditionKnowledge, Runtime } from "../runtime.ts";
import { conditionsOf, type Leaf, LeafStore } from "./leaf-store.ts";

/** A leaf without an answer after this time is unknown. A machine that works answers sooner. */
const OBSERVE_WITHIN_MS = 10_000;

/** Hints for which watched leaves are not enough: these ask for an observation. */
const WANT_AN_OBSERVATION: readonly HintKind[] = ["poll", "operator", "generation"];

/** What a record of conditions is made with. */
export interface KnownConditionsOptions {
  /** The runtime holds the record, so it is asked for only when it is complete. */
  readonly runtimeOf: () => Runtime;
  /** Whether changes of leaves of a type are watched at the moment. */
  readonly isWatched: (type: LeafCondition["type"]) => boolean;
}

/**
 * What is known of the conditions on the machine. Knowledge has a logical time like a snapshot's: a run uses an
 * observation that began after its hint and after the last apply to anything it comes after. One observation serves all
 * runs that wait for it.
 */
export class KnownConditions implements ConditionKnowledge {
  readonly #options: KnownConditionsOptions;
  readonly #leaves = new LeafStore();
  /** What was missing when all its leaves had been observed. */
  readonly #judged = new WeakMap<Declaration, string | undefined>();
  readonly #confirming = new Set<ResourceRecord>();
  readonly #asking = new Set<ResourceRecord>();

  constructor(options: KnownConditionsOptions) {
    this.#options = options;
  }

  /** The records to hint from now on. Returns every leaf that one of them names. */
  follow(replacement: Replacement): readonly LeafCondition[] {
    return this.#leaves.follow(replacement);
  }

  /** A leaf may have changed. Observes it again; those for whom it makes a difference are hinted. */
  notice(condition: LeafCondition): void {
    const leaf = this.#leaves.find(condition);
    if (leaf === undefined) return;
    if (leaf.following === "idle") void this.#observeAgain(leaf);
    else leaf.following = "again";
  }

  /** Those who name a leaf of this type. */
  usersOf(type: LeafCondition["type"]): ReadonlySet<ResourceRecord> {
    return this.#leaves.usersOf(type);
  }

  /** Whether the machine reports changes of the conditions of a resource by itself. */
  isWatched({ declared }: ResourceRecord): boolean {
    const conditions = conditionsOf({ declared });
    if (conditions === undefined) return true;
    return leavesOf(conditions).every((condition) => {
      const truth = this.#leaves.find(condition)?.truth;
      return truth?.type !== "unknown" && this.#options.isWatched(condition.type);
    });
  }

  /** What is missing as far as is known, in words; `undefined` when nothing is, or its leaves were not observed. */
  unmet(subject: Pick<Subject, "declared">): string | undefined {
    const conditions = conditionsOf(subject);
    if (conditions === undefined) return undefined;
    const isKnown = this.#leaves.namedBy(subject).every(({ truth }) => truth !== undefined);
    return isKnown ? missing(this.#judge(conditions)) : undefined;
  }

  /** The same where it is certain without an observation. */
  unmetForCertain(subject: Subject, hints: HintSet): string | undefined {
    if (conditionsOf(subject) === undefined) return undefined;
    const { record } = subject;
    const mustAsk = WANT_AN_OBSERVATION.some((kind) => hints.kinds.has(kind));
    const isCertain = ({ stamp, condition }: Leaf): boolean => {
      if (stamp <= record.changedStamp) return false;
      return stamp > hints.stamp || (!mustAsk && this.#options.isWatched(condition.type));
    };
    if (!this.#leaves.namedBy(subject).every(isCertain)) return undefined;
    // The run goes by it, so from now on whatever else is learned is news.
    const missing = this.unmet(subject);
    this.#judged.set(subject.declared, missing);
    return missing;
  }

  /**
   * What is missing now, in words; `undefined` when nothing is. Observes leaves whose last observation began before
   * `stamp`.
   */
  async ask(subject: Subject, stamp: number): Promise<string | undefined> {
    const conditions = conditionsOf(subject);
    if (conditions === undefined) return undefined;
    const neededAfter = Math.max(stamp, subject.record.changedStamp);
    const old = this.#leaves.namedBy(subject).filter((leaf) => leaf.stamp <= neededAfter);
    await Promise.all(old.map((leaf) => this.#observe(leaf, neededAfter)));
    return missing(this.#judge(conditions));
  }

  /** The same for a run, which uses the answer itself: news in it are hinted to others only. */
  async askForRun(run: Subject, stamp: number): Promise<string | undefined> {
    const { record, declared } = run;
    this.#asking.add(record);
    const missing = await this.ask(run, stamp);
    this.#asking.delete(record);
    this.#judged.set(declared, missing);
    return missing;
  }

  #judge(conditions: readonly MachineCondition[]): Judgement {
    return judgeConditions(conditions, (leaf) => this.#leaves.of(leaf).truth ?? UNSEEN);
  }

  async #observeAgain(leaf: Leaf): Promise<void> {
    do {
      leaf.following = "once";
      await this.#observe(leaf, this.#options.runtimeOf().nextStamp());
    } while (leaf.following !== "once");
    leaf.following = "idle";
  }

  /** Observes, or waits for an observation that is under way and began late enough. Never rejects. */
  #observe(leaf: Leaf, neededAfter: number): Promise<void> {
    if (leaf.ongoing !== undefined && leaf.ongoing.stamp > neededAfter) return leaf.ongoing.done;
    const stamp = this.#options.runtimeOf().nextStamp();
    const done = this.#askMachine(leaf.condition).then((truth) => this.#learn(leaf, truth, stamp));
    leaf.ongoing = { stamp, done };
    return done;
  }

  async #askMachine(condition: LeafCondition): Promise<Truth> {
    const { clock, killed, conditions } = this.#options.runtimeOf();
    const { promise: late, resolve } = Promise.withResolvers<Truth>();
    const tooLate = new AbortController();
    const cancel = clock.schedule(OBSERVE_WITHIN_MS, () => {
      resolve({ type: "unknown", why: `no answer within ${OBSERVE_WITHIN_MS} ms` });
      tooLate.abort();
    });
    try {
      const answer = conditions.observe(condition, AbortSignal.any([tooLate.signal, killed]));
      return await Promise.race([answer, late]);
    } catch (error) {
      return { type: "unknown", why: toFault(error).message };
    } finally {
      cancel();
    }
  }

  #learn(leaf: Leaf, truth: Truth, stamp: number): void {
    if (leaf.ongoing?.stamp === stamp) leaf.ongoing = undefined;
    if (stamp < leaf.stamp) return;
    const before = leaf.truth;
    leaf.stamp = stamp;
    leaf.truth = truth;
    const isSame = before?.type === truth.type && whyOf(before) === whyOf(truth);
    for (const user of leaf.users) {
      if (this.#isFirst(user) || isSame) continue;
      void this.#confirm(user, leaf);
    }
  }

  /** The first time that all its leaves are known is no news: the run that asked uses the answer. */
  #isFirst(user: ResourceRecord): boolean {
    const { declared } = user;
    if (this.#judged.has(declared)) return false;
    const isKnown = this.#leaves.namedBy(user).every(({ truth }) => truth !== undefined);
    if (isKnown) this.#judged.set(declared, this.unmet(user));
    return true;
  }

  /**
   * Other leaves may have changed without a hint. So all are asked, and a resource is hinted when its answer changed.
   */
  async #confirm(user: ResourceRecord, { condition, stamp }: Leaf): Promise<void> {
    if (this.#confirming.has(user)) return;
    this.#confirming.add(user);
    const { declared } = user;
    const missing = await this.ask({ record: user, declared }, stamp - 1);
    this.#confirming.delete(user);
    if (this.#asking.has(user) || this.#judged.get(declared) === missing) return;
    this.#judged.set(declared, missing);
    this.#tell(user, condition);
  }

  #tell(user: ResourceRecord, { type, subject }: LeafCondition): void {
    this.#options.runtimeOf().hint(user, "condition", `${type} ${subject}`);
  }
}

const UNSEEN: Truth = { type: "unknown", why: "not observed yet" };

function whyOf(truth: Truth): string | undefined {
  return "why" in truth ? truth.why : undefined;
}

function missing({ type, words }: Judgement): string | undefined {
  return type === "holds" ? undefined : words;
}
