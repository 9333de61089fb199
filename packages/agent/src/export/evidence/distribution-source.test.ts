import assert from "node:assert/strict";
import { test } from "node:test";
import { isDistributionsOwn } from "./distribution-source.ts";

const DEBIAN = `Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
`;

test("§8 what an installer writes is the distribution's own, in both forms", () => {
  assert.ok(isDistributionsOwn(DEBIAN));
  assert.ok(isDistributionsOwn("# nothing\n"));
  const line = "deb [signed-by=/k.gpg] http://archive.ubuntu.com/ubuntu jammy main universe # x\n";
  assert.ok(isDistributionsOwn(line));
  assert.ok(isDistributionsOwn("deb http://ftp.de.debian.org/debian/ bookworm main\n"));
});

test("§8 another host, a mirror, backports, other components and a second stanza are choices", () => {
  const others = [
    "deb http://deb.debian.org.example.org/debian bookworm main\n",
    "deb http://user:word@deb.debian.org/debian bookworm main\n",
    "deb http://mirror.example.org/debian bookworm main\n",
    "deb http://deb.debian.org/debian bookworm-backports main\n",
    "deb http://deb.debian.org/debian bookworm main contrib\n",
    "deb copy:/srv/source ./\n",
    `${DEBIAN}\nTypes: deb\nURIs: https://deb.example.org\nSuites: stable\nComponents: main\n`,
  ];
  for (const text of others) assert.ok(!isDistributionsOwn(text), text);
});
