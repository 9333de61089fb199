import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerHint, NewContainer } from "@holdfast/core";
import fc from "fast-check";
import {
  IMAGE,
  mustFail,
  newContainer,
  type Open,
  OTHER_IMAGE,
  read,
  UNSTOPPED,
} from "./subject.ts";
import { thingLaws } from "./thing-laws.ts";

/** What is known of the machine before a law opens one. */
export interface ContainerLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** How often a property is tried: a real engine takes some 200 ms each. */
  readonly numRuns: number;
  /** How often in a row the same must be noticed. */
  readonly rounds: number;
}

/** The laws of container engines (semantics K10), registered with node's test runner for one kind of machine. */
export function containerLaws(options: ContainerLawsOptions, open: Open): void {
  describe(`container laws on ${options.machine}`, () => {
    definitionLaw(options, open);
    runLaws(open);
    refusalLaws(open);
    watchLaw(options, open);
    outageLaw(open);
    thingLaws(open);
  });
}

const word = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,7}$/);
const value = fc
  .string({ maxLength: 12, unit: "binary-ascii" })
  .map((text) => text.replaceAll("\0", ""));
const drawn = fc.record({
  env: fc.dictionary(word, value, { maxKeys: 3 }),
  labels: fc.dictionary(word, value, { maxKeys: 3 }),
  limits: fc.record(
    {
      restart: fc.constantFrom("no" as const, "always" as const, "unless-stopped" as const),
      memoryBytes: fc.integer({ min: 6, max: 512 }).map((mebibytes) => mebibytes * 1_048_576),
      cpus: fc.constantFrom(0.5, 1, 1.5),
      pids: fc.integer({ min: 10, max: 99 }),
    },
    { noNullPrototype: true },
  ),
});

function definitionLaw({ numRuns }: ContainerLawsOptions, open: Open): void {
  test("K10: what a container is made with is read again, and it does not run before it is started", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    const images = await finish(containers.images([IMAGE, "localhost/none:1"], UNSTOPPED));
    assert.deepEqual([...images.keys()], [IMAGE]);
    await fc.assert(
      fc.asyncProperty(drawn, async ({ env, labels, limits }) => {
        await finish(containers.remove("box", UNSTOPPED));
        await finish(containers.create(newContainer("box", { env, labels, limits }), UNSTOPPED));
        const found = await read(subject, "box");
        assert.ok(found !== undefined);
        const { name, status, startedAt, imageId, health } = found;
        assert.deepEqual([name, status, startedAt, health], ["box", "created", undefined, "none"]);
        assert.equal(imageId, images.get(IMAGE)?.id);
        for (const [key, text] of Object.entries(env)) assert.equal(found.env[key], text);
        for (const [key, text] of Object.entries(labels)) assert.equal(found.labels[key], text);
        assert.deepEqual(found.limits, limits);
        await finish(containers.remove("box", UNSTOPPED));
        assert.equal(await read(subject, "box"), undefined);
      }),
      { numRuns },
    );
  });
}

function runLaws(open: Open): void {
  test("K10: a container starts, stops, starts again, is renamed and removed, and each may be repeated", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    await finish(containers.create(newContainer("box"), UNSTOPPED));
    for (const round of [1, 2]) {
      await finish(containers.start("box", UNSTOPPED));
      const running = await read(subject, "box");
      assert.equal(running?.status, "running", `round ${round}`);
      assert.match(running?.startedAt ?? "", /^\d{4}-\d\d-\d\dT/);
    }
    for (const round of [1, 2]) {
      await finish(containers.stop({ name: "box", graceSeconds: 1 }, UNSTOPPED));
      assert.equal((await read(subject, "box"))?.status, "exited", `round ${round}`);
    }
    await finish(containers.restart({ name: "box", graceSeconds: 1 }, UNSTOPPED));
    assert.equal((await read(subject, "box"))?.status, "running");
    await finish(containers.rename({ name: "box", to: "other" }, UNSTOPPED));
    assert.equal(await read(subject, "box"), undefined);
    assert.equal((await read(subject, "other"))?.status, "running", "a new name stops nothing");
    for (const round of [1, 2]) {
      await finish(containers.remove("other", UNSTOPPED));
      assert.equal(await read(subject, "other"), undefined, `round ${round}`);
    }
  });

  test("K10: a container keeps its image, whatever its tag names later", async () => {
    await using subject = await open();
    const { containers, finish, actor } = subject;
    await finish(containers.create(newContainer("box"), UNSTOPPED));
    const before = await finish(containers.images([IMAGE, OTHER_IMAGE], UNSTOPPED));
    actor.act({ type: "container", verb: "tag", name: IMAGE, to: OTHER_IMAGE });
    const after = await finish(containers.images([IMAGE, OTHER_IMAGE], UNSTOPPED));
    assert.equal(after.get(IMAGE)?.id, before.get(OTHER_IMAGE)?.id);
    assert.equal((await read(subject, "box"))?.imageId, before.get(IMAGE)?.id);
  });
}

function refusalLaws(open: Open): void {
  test("K10: a name that is taken, an image, a network and a container that is not there: each has its reason", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    const create = (name: string, changes: Partial<NewContainer> = {}) =>
      finish(containers.create(newContainer(name, changes), UNSTOPPED));
    await create("box");
    await create("other");
    await mustFail(create("box"), "AlreadyExists");
    const rename = finish(containers.rename({ name: "other", to: "box" }, UNSTOPPED));
    await mustFail(rename, "AlreadyExists");
    await mustFail(create("third", { image: "localhost/none:1" }), "ImageUnavailable");
    await mustFail(create("third", { networks: ["none-such"] }), "ContainerFailed");
    assert.equal(await read(subject, "third"), undefined);
    await mustFail(finish(containers.start("none", UNSTOPPED)), "NotFound");
    const stop = finish(containers.stop({ name: "none", graceSeconds: 0 }, UNSTOPPED));
    await mustFail(stop, "NotFound");
    const pull = finish(containers.pull({ reference: "127.0.0.1:1/none:1" }, UNSTOPPED));
    await mustFail(pull, "ImageUnavailable");
    const aborted = finish(containers.start("box", AbortSignal.abort()));
    await mustFail(aborted, "Aborted");
  });
}

function watchLaw({ rounds }: ContainerLawsOptions, open: Open): void {
  test("K10: whatever others do to a container, an image or a volume is hinted, again and again", async () => {
    await using subject = await open();
    const { containers, finish, actor } = subject;
    const hints: ContainerHint[] = [];
    const watch = await finish(containers.watch((hint) => hints.push(hint), UNSTOPPED));
    const notices = async (
      operation: Omit<Parameters<typeof actor.act>[0], "type">,
      type: ContainerHint["type"],
    ): Promise<void> => {
      hints.length = 0;
      actor.act({ type: "container", ...operation });
      const isNoticed = (hint: ContainerHint): boolean =>
        hint.type === type &&
        (!("name" in hint) || hint.name === undefined || hint.name === operation.name);
      assert.ok(
        await subject.until(() => hints.some(isNoticed)),
        `${operation.verb} is not noticed`,
      );
    };
    for (let round = 0; round < rounds; round++) {
      await notices({ verb: "run", name: "box", to: IMAGE }, "container");
      await notices({ verb: "kill", name: "box" }, "container");
      await notices({ verb: "start", name: "box" }, "container");
      await notices({ verb: "rename", name: "box", to: "other" }, "container");
      await notices({ verb: "remove", name: "other" }, "container");
      await notices({ verb: "tag", name: IMAGE, to: OTHER_IMAGE }, "image");
      await notices({ verb: "make-volume", name: "data" }, "volume");
      await notices({ verb: "remove-volume", name: "data" }, "volume");
    }
    await watch[Symbol.asyncDispose]();
    assert.equal(await watch.ended, undefined);
  });
}

function outageLaw(open: Open): void {
  test("K10: without its engine nothing is known, the watch ends, and what ran is there when it is back", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    await finish(containers.create(newContainer("box"), UNSTOPPED));
    await finish(containers.start("box", UNSTOPPED));
    await using watch = await finish(containers.watch(() => {}, UNSTOPPED));
    await subject.stopEngine();
    const ended = await finish(watch.ended);
    assert.ok(ended !== undefined, "the end of a watch has a reason");
    await mustFail(finish(containers.containers(["box"], UNSTOPPED)), "ContainersUnavailable");
    await mustFail(finish(containers.start("box", UNSTOPPED)), "ContainersUnavailable");
    await mustFail(finish(containers.watch(() => {}, UNSTOPPED)), "ContainersUnavailable");
    await subject.startEngine();
    assert.equal((await read(subject, "box"))?.status, "running");
  });
}
