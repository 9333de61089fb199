import { existsSync } from "node:fs";
import { after, before, suite } from "node:test";
import {
  type BuiltRpms,
  buildRpms,
  openRpmMachine,
  packageLaws,
  UNIVERSE,
} from "@holdfast/testing";

const programs = ["/usr/bin/dnf", "/usr/bin/rpmbuild", "/usr/bin/createrepo_c"];
const missing =
  process.geteuid?.() === 0 && programs.every((path) => existsSync(path))
    ? undefined
    : "needs root, and the packages dnf, rpm and createrepo-c";

suite("dnf in a root of its own", { skip: missing ?? false }, () => {
  let built: BuiltRpms;
  before(() => {
    built = buildRpms(UNIVERSE.filter(({ architecture }) => architecture === undefined));
  });
  after(() => built[Symbol.dispose]());

  packageLaws(
    {
      machine: "a real dnf",
      requests: 2,
      lacks: ["broken", "configuration", "holds", "foreign"],
    },
    async () => openRpmMachine({ built }),
  );
});
