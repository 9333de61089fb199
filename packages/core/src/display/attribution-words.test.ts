import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attribution, Login, ProcessIdentity } from "../attribution/attribution.ts";
import { attributionJson } from "./attribution-json.ts";
import { attributionWords } from "./attribution-words.ts";

const bash: ProcessIdentity = {
  pid: 123,
  name: "bash",
  command: ["bash", "-l"],
  uid: 0,
  user: "root",
  loginUser: "bob",
  startedAtMs: 1_000,
  ancestors: ["sudo", "sshd"],
};
const login: Login = { user: "bob", terminal: "pts/0", from: "10.0.0.7", atMs: 0 };

const EXAMPLES: readonly (readonly [Attribution, string])[] = [
  [
    { type: "process", process: bash, evidence: "kernel-event", atMs: 0 },
    "bash (process 123 of root, logged in as bob) wrote it, as the kernel says",
  ],
  [
    {
      type: "process",
      process: { pid: 9 },
      evidence: "kernel-event",
      atMs: 0,
      lastLogin: login,
    },
    "process 9, which had ended before it could be inspected, wrote it, as the kernel says; " +
      "the last to log in before it was bob from 10.0.0.7, which proves nothing",
  ],
  [
    {
      type: "process",
      process: { pid: 7, name: "tail", uid: 33 },
      evidence: "holds-open",
      atMs: 0,
    },
    "probably tail (process 7 of uid 33), which has it open for writing",
  ],
  [
    {
      type: "package",
      tool: "dpkg",
      package: "nginx:amd64",
      version: "1.22.1-9",
      action: "upgrade",
      evidence: "owner",
      atMs: 0,
      requestedBy: "bob",
    },
    "dpkg: upgrade of nginx:amd64 1.22.1-9, which owns the path, asked for by bob",
  ],
  [
    {
      type: "package",
      tool: "dpkg",
      package: "tzdata:all",
      action: "configure",
      evidence: "ran",
      atMs: 0,
    },
    "perhaps dpkg: it ran around then (configure of tzdata:all), and no package it worked on owns the path",
  ],
  [
    {
      type: "package",
      tool: "dpkg",
      package: "motd:all",
      action: "install",
      evidence: "kernel-event",
      atMs: 0,
      process: { pid: 5, name: "dpkg", user: "root" },
    },
    "dpkg, while it worked on motd:all (install); the kernel saw dpkg (process 5 of root) write",
  ],
  [
    { type: "login", login, observed: [] },
    "cannot tell; the last to log in before it was bob from 10.0.0.7, which proves nothing",
  ],
  [
    {
      type: "unknown",
      observed: [
        { place: "open files", finding: "incomplete", detail: "only root sees those of others" },
        { place: "logins", finding: "nothing" },
      ],
    },
    "cannot tell: open files, logins name no one (open files: only root sees those of others)",
  ],
];

test("attribution: the words say no more than the evidence does", () => {
  for (const [attribution, words] of EXAMPLES) assert.equal(attributionWords(attribution), words);
});

test("attribution: JSON carries certainty and words; command lines are for root only", () => {
  const isoTime = (wallMs: number) => `at ${wallMs}`;
  const [[attribution] = []] = EXAMPLES;
  assert.ok(attribution);
  const asRoot = attributionJson(attribution, { reader: { uid: 0 }, isoTime });
  assert.deepEqual(asRoot, {
    type: "process",
    certainty: "certain",
    words: attributionWords(attribution),
    evidence: "kernel-event",
    process: {
      pid: 123,
      name: "bash",
      command: ["bash", "-l"],
      uid: 0,
      user: "root",
      loginUser: "bob",
      startedAt: "at 1000",
      ancestors: ["sudo", "sshd"],
    },
    at: "at 0",
  });
  for (const [each] of EXAMPLES) {
    const asOther = attributionJson(each, { reader: { uid: 1000 }, isoTime });
    assert.ok(!JSON.stringify(asOther).includes('"command"'));
    assert.equal(asOther["type"], each.type);
  }
});
