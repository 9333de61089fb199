import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Fault } from "@holdfast/core";
import {
  containerLaws,
  IMAGE,
  missingForPodman,
  openPodmanForLaws,
  type PodmanMachine,
  realContainerSubject,
  REGISTRY,
} from "@holdfast/testing";
import { LOGIN } from "./testing/registry.ts";

const UNSTOPPED = new AbortController().signal;
const missing = missingForPodman();

suite("containers of a real engine", { skip: missing ?? false }, () => {
  let podman: PodmanMachine;
  before(async () => {
    podman = await openPodmanForLaws();
  });
  after(async () => podman?.[Symbol.asyncDispose]());
  containerLaws({ machine: "Podman in namespaces of its own", numRuns: 3, rounds: 2 }, async () =>
    realContainerSubject(podman),
  );

  test("K10: an image is pulled by tag and by digest, with a login where the registry asks for one", async () => {
    const script = fileURLToPath(new URL("testing/registry.ts", import.meta.url));
    await using _registry = podman.start([
      process.execPath,
      script,
      podman.archiveOf(IMAGE),
      REGISTRY,
    ]);
    const { containers } = realContainerSubject(podman);
    const pull = async (reference: string, credentials?: typeof LOGIN) => {
      const login = credentials === undefined ? {} : { credentials };
      await containers.pull({ reference, ...login }, UNSTOPPED);
      return (await containers.images([reference], UNSTOPPED)).get(reference);
    };
    const first = await pull(`${REGISTRY}/app:1`);
    const [digest] = first?.digests ?? [];
    assert.match(digest ?? "", /^sha256:[0-9a-f]{64}$/);
    const second = await pull(`${REGISTRY}/app:2`);
    assert.notEqual(second?.id, first?.id);
    assert.equal((await pull(`${REGISTRY}/app@${digest}`))?.id, first?.id);
    await assert.rejects(
      pull(`${REGISTRY}/private/app:1`),
      (error) => error instanceof Fault && error.reason === "ImageUnavailable",
    );
    assert.equal((await pull(`${REGISTRY}/private/app:1`, LOGIN))?.id, first?.id);
  });
});
