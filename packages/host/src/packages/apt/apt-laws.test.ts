import { existsSync } from "node:fs";
import { after, before, suite } from "node:test";
import {
  type BuiltPackages,
  buildPackages,
  openAptMachine,
  packageLaws,
  UNIVERSE,
} from "@holdfast/testing";

const missing =
  process.geteuid?.() === 0 && existsSync("/usr/bin/apt-get") ? undefined : "needs root and apt";

suite("apt in a root of its own", { skip: missing ?? false }, () => {
  let built: BuiltPackages;
  before(() => {
    built = buildPackages(UNIVERSE);
  });
  after(() => built[Symbol.dispose]());

  packageLaws({ machine: "a real apt", requests: 5 }, async () => openAptMachine({ built }));
});
