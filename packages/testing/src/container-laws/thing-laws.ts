import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IMAGE,
  mustFail,
  newContainer,
  newNetwork,
  type Open,
  read,
  UNSTOPPED,
} from "./subject.ts";

/** The laws of what containers share: networks, volumes, images. */
export function thingLaws(open: Open): void {
  test("K10: a network is as it was made, connects and disconnects, and stays while a container has it", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    const { name, ...made } = newNetwork("front");
    for (const again of [name, name]) {
      await finish(containers.createNetwork({ ...made, name: again }, UNSTOPPED));
    }
    const found = (await finish(containers.networks([name, "none"], UNSTOPPED))).get(name);
    assert.deepEqual({ ...found, options: {} }, made);
    await finish(containers.createNetwork(other, UNSTOPPED));
    await finish(containers.create(newContainer("box", { networks: [name] }), UNSTOPPED));
    assert.deepEqual((await read(subject, "box"))?.networks, [name]);
    const link = { container: "box", network: other.name };
    for (const again of [1, 2]) {
      await finish(containers.connect({ ...link, alias: "box" }, UNSTOPPED));
      assert.deepEqual((await read(subject, "box"))?.networks, ["back", "front"], `${again}`);
    }
    const nowhere = { container: "box", network: "none-such", alias: "box" };
    await mustFail(finish(containers.connect(nowhere, UNSTOPPED)), "NotFound");
    for (const again of [1, 2]) {
      await finish(containers.disconnect(link, UNSTOPPED));
      assert.deepEqual((await read(subject, "box"))?.networks, [name], `${again}`);
    }
    await mustFail(finish(containers.removeNetwork(name, UNSTOPPED)), "ContainerInUse");
    await finish(containers.remove("box", UNSTOPPED));
    for (const again of [name, name]) await finish(containers.removeNetwork(again, UNSTOPPED));
    assert.equal((await finish(containers.networks([name], UNSTOPPED))).size, 0);
  });

  test("K10: a volume outlives its containers, and is not removed while one has it", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    const volume = { name: "data", driver: "local", options: {}, labels: { for: "web" } };
    for (const each of [volume, volume]) await finish(containers.createVolume(each, UNSTOPPED));
    const found = (await finish(containers.volumes(["data"], UNSTOPPED))).get("data");
    assert.deepEqual(found, { driver: "local", options: {}, labels: { for: "web" } });
    const mount = { type: "volume", source: "data", target: "/data", isReadOnly: false } as const;
    await finish(containers.create(newContainer("box", { mounts: [mount] }), UNSTOPPED));
    const users = await finish(containers.usersOf({ type: "volume", name: "data" }, UNSTOPPED));
    assert.deepEqual(users, ["box"]);
    const refused = await mustFail(
      finish(containers.removeVolume("data", UNSTOPPED)),
      "ContainerInUse",
    );
    assert.match(refused.message, /box/);
    await finish(containers.remove("box", UNSTOPPED));
    assert.equal((await finish(containers.volumes(["data"], UNSTOPPED))).size, 1);
    for (const name of ["data", "data"]) await finish(containers.removeVolume(name, UNSTOPPED));
    assert.equal((await finish(containers.volumes(["data"], UNSTOPPED))).size, 0);
  });

  test("K10: an image that a container has is not removed, and another one is", async () => {
    await using subject = await open();
    const { containers, finish } = subject;
    await finish(containers.create(newContainer("box"), UNSTOPPED));
    await mustFail(finish(containers.removeImage(IMAGE, UNSTOPPED)), "ContainerInUse");
    await finish(containers.remove("box", UNSTOPPED));
    for (const reference of [IMAGE, IMAGE]) {
      await finish(containers.removeImage(reference, UNSTOPPED));
    }
    assert.equal((await finish(containers.images([IMAGE], UNSTOPPED))).size, 0);
  });
}

const other = {
  ...newNetwork("back"),
  subnets: [{ subnet: "10.91.8.0/24" }],
  isInternal: true,
};
