import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePolicy, parseProviders } from "./apt-policy.ts";
import { parseDryRun } from "./apt-steps.ts";

/** Recorded from apt 2.6.1 and 2.9, with a pin and with phased updates. */
const POLICY = `nginx:
  Installed: 1.22.1-9
  Candidate: 1.22.1-9+deb12u1
  Version table:
     1.26.0-1~bpo12+1 100
        100 http://deb.debian.org/debian bookworm-backports/main amd64 Packages
     1.22.1-9+deb12u1 500 (phased 20%)
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
 *** 1.22.1-9 -1
        100 /var/lib/dpkg/status
awk:
  Installed: (none)
  Candidate: (none)
  Version table:
libc6:i386:
  Installed: (none)
  Package pin: 2.36-9
  Candidate: 2.36-9
  Version table:
     2.36-9 990
        500 http://deb.debian.org/debian bookworm/main i386 Packages
`;

test("apt-cache policy: versions, candidates, pins, phases and foreign architectures", () => {
  const found = parsePolicy(POLICY);
  assert.deepEqual([...found.keys()], ["nginx", "awk", "libc6:i386"]);
  assert.deepEqual(found.get("nginx"), {
    candidate: "1.22.1-9+deb12u1",
    versions: ["1.26.0-1~bpo12+1", "1.22.1-9+deb12u1", "1.22.1-9"],
    providers: [],
  });
  assert.deepEqual(found.get("awk"), { versions: [], providers: [] });
  assert.deepEqual(found.get("libc6:i386")?.versions, ["2.36-9"]);
  assert.deepEqual([...parsePolicy("")], []);
});

test("apt-cache policy: a form that is not known is a fault, not a package less", () => {
  for (const odd of [
    "nginx: nothing is known\n",
    "  Candidate: 1.0\n",
    "a1:\n  Kandidat: 1.0\n",
    "a1:\n *** 1.0\n  oops\n",
  ]) {
    assert.throws(() => parsePolicy(odd), /not understood/, odd);
  }
});

test("apt-cache showpkg: each provider once, whatever else it shows", () => {
  const output = `Package: awk
Versions: 

Reverse Depends: 
  debconf,awk
Dependencies: 
Provides: 
Reverse Provides: 
mawk 1.3.4 (= )
gawk 1:5.2.1-2 (= )
gawk 1:5.1.0-1 (= 5)
`;
  assert.deepEqual(parseProviders(output), ["gawk", "mawk"]);
  assert.deepEqual(parseProviders("Package: x\n"), []);
});

test("apt-get -s: what it would remove", () => {
  const output = `Reading package lists...
Remv a1 [1.0]
Purg b2:i386 [1.0]
Inst c3 [1.0] (2.0 local [all]) []
Inst d4 (2.0 local [all])
Conf c3 (2.0 local [all])
`;
  assert.deepEqual(parseDryRun(output), ["a1", "b2:i386"]);
});
