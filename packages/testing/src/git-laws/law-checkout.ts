import assert from "node:assert/strict";
import type { Checkout, CheckOutRequest, GitTarget } from "@holdfast/core";
import { carryOut } from "../operations/carry-out.ts";
import type { GitSubject, OpenGitSubject } from "./git-subject.ts";
import { SAMPLE, sampleRepository } from "./sample-repository.ts";

/** Of every law: where the checkout is, and where it comes from. */
export const PATH = "/srv/app";
export const REPOSITORY = "/srv/remote.git";
/** Nobody stops a law. */
export const SIGNAL: AbortSignal = new AbortController().signal;
export const MAIN: GitTarget = { type: "branch", name: "main" };
export const OLD: GitTarget = { type: "branch", name: "old" };

/** Opens a machine on which the remote is. */
export async function opened(open: OpenGitSubject): Promise<GitSubject> {
  const subject = await open();
  for (const operation of sampleRepository(REPOSITORY)) carryOut(operation, subject.actor);
  return subject;
}

/** How the checkout should be; `commit` is what its branch was observed at. */
export function requestFor(target: GitTarget, commit?: string): CheckOutRequest {
  const request = {
    place: { path: PATH },
    source: { repository: REPOSITORY },
    target,
    submodules: false,
  };
  return commit === undefined ? request : { ...request, commit };
}

/** What is at the place, which is a checkout. */
export async function observe(
  subject: GitSubject,
  target: GitTarget,
): Promise<{ readonly checkout: Checkout }> {
  const query = { place: { path: PATH }, target, submodules: false };
  const found = await subject.git.observe(query, SIGNAL);
  assert.ok(found.type === "checkout", `a checkout, not ${found.type}`);
  return found;
}

/** Somebody writes a file of the checkout. */
export function write({ actor }: GitSubject, path: string, content: string): void {
  carryOut({ type: "write", path: `${PATH}/${path}`, content }, actor);
}

/** The files of a commit are there. */
export function assertFiles(subject: GitSubject, commit: string): void {
  const files = commit === SAMPLE.first ? SAMPLE.firstFiles : SAMPLE.secondFiles;
  for (const [path, content] of Object.entries(files))
    assert.equal(subject.read(`${PATH}/${path}`), content, path);
}
