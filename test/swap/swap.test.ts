import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Fault, type FileWriter, type TreeReading } from "@holdfast/core";
import { openFiles, realClock, realFileCalls } from "@holdfast/host";
import { standardKinds } from "@holdfast/resources";
import { actionOn, createSimulatedHost, writeContext } from "@holdfast/testing";
import { publish, RELEASE, type SwapperData, type Swapping } from "./swapper.ts";

const NAMES = RELEASE.directories.length - 1 + RELEASE.directories.length * RELEASE.filesEach + 1;
const { signal } = new AbortController();

for (const swapping of ["link", "directory"] as const) {
  test(`K1: a tree whose ${swapping} is swapped while it is read is one or the other`, async () => {
    await using place = await openSwapped(swapping);
    const seen = new Set<string>();
    for (let reading = 0; reading < 1_000 && seen.size < 15; reading++) {
      const answer = await place.files.readTree(
        {
          path: "/source/current",
          followLink: true,
          content: "sha256",
          maxEntries: 1_000,
          maxBytes: 1e6,
        },
        signal,
      );
      // Between two renames nothing is there, and a swapper may win each time.
      if (answer.type !== "present") continue;
      seen.add(digestOfAll(answer.value));
    }
    assert.ok(seen.size > 1, `${seen.size} releases were seen`);
  });

  test(`K1: a copy of a tree whose ${swapping} is swapped is of one release`, async () => {
    await using place = await openSwapped(swapping);
    const kind = standardKinds.directory;
    const input = { source: "/source/current", purge: true };
    const spec = kind.bind("/copy", input, (path, summary) => assert.fail(`${path}: ${summary}`));
    const context = writeContext({ host: place.host, tree: () => [] });
    let copies = 0;
    for (let round = 0; round < 60 && copies < 3; round++) {
      try {
        const found = await kind.observe(spec, context);
        const observed = found.type === "present" ? found.value : undefined;
        const changes = kind.diff(spec, observed);
        await kind.apply(actionOn(kind, { spec, observed, changes }), context);
      } catch (error) {
        // It was swapped in the middle of the copying: the next attempt copies what is there then.
        assert.ok(error instanceof Fault, String(error));
        assert.match(error.reason, /^(?:ContentUnavailable|HostFailed)$/, error.message);
        if (round === 40) await place.stop();
        continue;
      }
      copies += 1;
      assert.equal(new Set(contentsBelow(join(place.root, "copy"))).size, 1);
    }
    assert.ok(copies > 0, "nothing was ever copied");
  });
}

interface Swapped extends AsyncDisposable {
  readonly root: string;
  readonly files: FileWriter;
  readonly host: ReturnType<typeof createSimulatedHost>;
  /** Publishes nothing more. */
  stop(): Promise<unknown>;
}

async function openSwapped(swapping: Swapping): Promise<Swapped> {
  const root = mkdtempSync(join(tmpdir(), "holdfast-swap-"));
  const top = join(root, "source");
  mkdirSync(top);
  publish(top, 0, swapping);
  const workerData: SwapperData = { top, swapping };
  const worker = new Worker(new URL("./swapper.ts", import.meta.url), { workerData });
  await once(worker, "message");
  const files = openFiles({ calls: realFileCalls, root, clock: realClock, trustEveryLink: true });
  const simulated = createSimulatedHost({ clock: realClock });
  return {
    root,
    files,
    host: { ...simulated, files },
    stop: () => worker.terminate(),
    async [Symbol.asyncDispose]() {
      await worker.terminate();
      await files[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    },
  };
}

/** The digest that all files have; they must all have one, and there must be all of them. */
function digestOfAll({ entries }: TreeReading): string {
  assert.equal(entries.length, NAMES);
  const digests = entries.flatMap(({ found }) => {
    assert.equal(found.type, "present");
    return found.type === "present" ? (found.value.sha256 ?? []) : [];
  });
  const [first = "", ...others] = new Set(digests);
  assert.deepEqual(others, [], "a mixture was read");
  return first;
}

function contentsBelow(directory: string): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? contentsBelow(path) : [readFileSync(path, "utf8")];
  });
}
