/**
 * The laws of packages on a real dnf. Each call of it takes half a second and more, all of them some minutes: they are run
 * by who changes this backend, with `HOLDFAST_DNF_LAWS=1 npm test -- --test-timeout=400000` and this file. They need root,
 * and the packages dnf, rpm and createrepo-c.
 */
import { after, before, suite } from "node:test";
import {
  type BuiltRpms,
  buildRpms,
  openRpmMachine,
  packageLaws,
  UNIVERSE,
} from "@holdfast/testing";

if (process.env["HOLDFAST_DNF_LAWS"] === "1") {
  suite("dnf in a root of its own", () => {
    let built: BuiltRpms;
    before(() => {
      built = buildRpms(UNIVERSE.filter(({ architecture }) => architecture === undefined));
    });
    after(() => built[Symbol.dispose]());

    packageLaws(
      {
        machine: "a real dnf",
        requests: 2,
        lacks: ["broken", "configuration", "holds", "foreign", "sources"],
      },
      async () => openRpmMachine({ built }),
    );
  });
}
