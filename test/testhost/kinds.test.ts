import { suite } from "node:test";
import { testInside } from "./test-inside.ts";

/** Kinds that act on a whole machine: the real half of their laws is held in one that is thrown away. */
suite("the laws of kinds on a machine with a real systemd", () => {
  testInside({
    title: "K4: service",
    file: "packages/resources/src/service/conformance.test.ts",
  });
  testInside({
    title: "K4: systemd-unit",
    file: "packages/resources/src/systemd-unit/conformance.test.ts",
  });
  testInside({
    title: "K10: timer",
    file: "packages/resources/src/timer/conformance.test.ts",
  });
});
