import { suite } from "node:test";
import { testInside } from "./test-inside.ts";

suite("K4: the services of a real systemd", () => {
  testInside({
    title: "keep the laws, by systemd's own socket and by the message bus",
    file: "test/testhost/inside/services.ts",
  });
  testInside({
    title: "are read from their files as systemd reads them",
    file: "test/testhost/inside/unit-files.ts",
  });
  testInside({
    title: "of another root are enabled and masked, and do not run",
    file: "test/testhost/inside/root-services.ts",
  });
  testInside({
    title: "accept signals from nobody else on the message bus",
    file: "test/testhost/inside/spoofed-signals.ts",
  });
});
