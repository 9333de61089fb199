import { existsSync } from "node:fs";
import { suite } from "node:test";
import { openPacmanMachine, packageLaws, UNIVERSE } from "@holdfast/testing";

const missing =
  process.geteuid?.() === 0 && existsSync("/usr/bin/pacman")
    ? undefined
    : "needs root, and the package pacman-package-manager";

suite("pacman in a root of its own", { skip: missing ?? false }, () => {
  const offers = UNIVERSE.filter(({ architecture }) => architecture === undefined);
  packageLaws(
    {
      machine: "a real pacman",
      requests: 3,
      lacks: [
        "prereleases",
        "broken",
        "configuration",
        "holds",
        "foreign",
        "versions",
        "recommends",
        "sources",
        "swap",
      ],
    },
    async () => openPacmanMachine(offers),
  );
});
