import type { Behaviour, SimulatedKernel } from "@holdfast/testing";
import { SUBJECT_HASHES } from "./certificates.ts";

const LINKS = "/etc/ssl/certs";
const ANCHORS = "/usr/local/share/ca-certificates";
/** As links lead there when the program works inside another root. */
const RELATIVE_ANCHORS = `../../..${ANCHORS}`;
const BUNDLE = `${LINKS}/ca-certificates.crt`;
const HASH_LINK = /^[0-9a-f]{8}\.\d+$/;

/**
 * What update-ca-certificates of Debian 12 does, in its order: links by name, then, only when one of those is new, links by
 * hash, and last the bundle.
 */
export const updateCaCertificates: Behaviour = ({ argv }, kernel) => {
  if (argv.includes("--fresh")) clearLinks(kernel);
  const anchors = (kernel.inspect.list(ANCHORS) ?? []).filter(
    (name) => name.endsWith(".crt") && !name.startsWith("."),
  );
  const added = anchors.filter((name) => linkByName(kernel, name));
  if (added.length > 0) {
    removeDangling(kernel);
    linkByHash(kernel);
  }
  const texts = anchors.map((name) => kernel.inspect.text(`${ANCHORS}/${name}`) ?? "");
  if (texts.length > 0) kernel.tamper.write(BUNDLE, texts.join(""));
  return {};
};

function linksOf(kernel: SimulatedKernel): readonly string[] {
  const names = kernel.inspect.list(LINKS) ?? [];
  return names.filter((name) => kernel.inspect.linkTarget(`${LINKS}/${name}`) !== undefined);
}

function clearLinks(kernel: SimulatedKernel): void {
  for (const name of linksOf(kernel)) {
    const target = kernel.inspect.linkTarget(`${LINKS}/${name}`) ?? "";
    if (target.startsWith(RELATIVE_ANCHORS)) kernel.tamper.remove(`${LINKS}/${name}`);
  }
  removeDangling(kernel);
}

function removeDangling(kernel: SimulatedKernel): void {
  for (const name of linksOf(kernel)) {
    if (contentBehind(kernel, name) === undefined) kernel.tamper.remove(`${LINKS}/${name}`);
  }
}

function linkByName(kernel: SimulatedKernel, anchor: string): boolean {
  const path = `${LINKS}/${anchor.replace(/\.crt$/, ".pem")}`;
  const target = `${RELATIVE_ANCHORS}/${anchor}`;
  if (kernel.inspect.linkTarget(path) === target) return false;
  if (kernel.inspect.stat(path) !== undefined) kernel.tamper.remove(path);
  kernel.tamper.symlink(path, target);
  return true;
}

function linkByHash(kernel: SimulatedKernel): void {
  for (const name of linksOf(kernel)) {
    if (HASH_LINK.test(name)) kernel.tamper.remove(`${LINKS}/${name}`);
  }
  for (const name of linksOf(kernel)) {
    const hash = SUBJECT_HASHES.get(contentBehind(kernel, name) ?? "");
    if (hash !== undefined) kernel.tamper.symlink(`${LINKS}/${hash}.0`, name);
  }
}

/** What a link leads to, by way of one more at most. */
function contentBehind(kernel: SimulatedKernel, name: string): string | undefined {
  const target = kernel.inspect.linkTarget(`${LINKS}/${name}`) ?? "";
  if (!target.startsWith(RELATIVE_ANCHORS)) {
    return kernel.inspect.linkTarget(`${LINKS}/${target}`) === undefined
      ? undefined
      : contentBehind(kernel, target);
  }
  return kernel.inspect.text(`${ANCHORS}${target.slice(RELATIVE_ANCHORS.length)}`);
}
