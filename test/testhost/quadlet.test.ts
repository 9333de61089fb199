import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { suite } from "node:test";
import {
  missingPodmanGenerator,
  PODMAN_GENERATOR,
} from "../../scripts/machine/podman-generator.ts";
import type { TestHost } from "./test-host.ts";
import { testInside } from "./test-inside.ts";

const GENERATOR = "/usr/lib/systemd/system-generators/podman-system-generator";
/** Runs nothing: an older Podman than the generator would refuse its options, and images would need a registry. */
const STAND_IN = `#!/bin/sh
case $1 in
run) systemd-notify --ready; exec sleep infinity ;;
esac
`;

/** Podman's own generator, and a stand-in for Podman. */
function putPodman(host: TestHost): void {
  const path = host.at(GENERATOR);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(PODMAN_GENERATOR, path);
  host.write("/usr/bin/podman", STAND_IN);
  for (const each of [path, host.at("/usr/bin/podman")]) chmodSync(each, 0o755);
}

const missing = missingPodmanGenerator();
const tried = missing === undefined || process.env["CI"] !== "true";

// Where CI could not have it, `npm test` has said so.
suite("the laws of quadlets on a machine with a real systemd and Podman's generator", () => {
  if (!tried) return;
  testInside({
    title: "quadlet",
    file: "packages/resources/src/quadlet/conformance.test.ts",
    prepare: putPodman,
    missing,
  });
});
