import type { Operation } from "../operations/operation.ts";

/**
 * A bare repository as git itself would store it, made of plain operations, so that a simulated machine and a real one begin
 * with the same bytes. Branch `main` is at the second commit, branch `old` and the annotated tag `v1` at the first.
 */
export const SAMPLE = {
  first: "5fd6a4a06960119fedd456182faf4b1fb26c931f",
  second: "3fb87ba2af0ad8699eb39d86c1a104f57ccace92",
  firstFiles: { README: "one\n", "conf/app": "a=1\n" },
  secondFiles: { README: "two\n", "conf/app": "a=1\n", new: "new\n" },
} as const;

const PERSON = "Author <a@example.org> 1767225600 +0000";
const BLOBS = {
  one: "5626abf0f72e58d7a153368ba57db4c673c0e171",
  app: "73cdb8bcc8734ee0facfc9ef313edee31ea87bd9",
  two: "f719efd430d52bcfc8566a43b2eb655688d38871",
  new: "3e757656cf36eca53338e520d134963a44f793f8",
} as const;
const TREES = {
  conf: "f827af8f29aa2e88922ccde12658f992228a1744",
  first: "201b988ed4e771a3149d28adb5d5d88023123fbc",
  second: "20dcebe8ea8a44c2376a2125ed78be423b6c28a8",
} as const;
const TAG = "931ce6b0a666524bc93f2b8f1722fd3d651ce94c";

/** Every object by its id, as text of one byte a character. */
const OBJECTS: Readonly<Record<string, string>> = {
  [BLOBS.one]: objectText("blob", "one\n"),
  [BLOBS.app]: objectText("blob", "a=1\n"),
  [BLOBS.two]: objectText("blob", "two\n"),
  [BLOBS.new]: objectText("blob", "new\n"),
  [TREES.conf]: objectText("tree", fileEntry("app", BLOBS.app)),
  [TREES.first]: objectText("tree", fileEntry("README", BLOBS.one) + treeEntry("conf", TREES.conf)),
  [TREES.second]: objectText(
    "tree",
    fileEntry("README", BLOBS.two) + treeEntry("conf", TREES.conf) + fileEntry("new", BLOBS.new),
  ),
  [SAMPLE.first]: objectText(
    "commit",
    `tree ${TREES.first}\nauthor ${PERSON}\ncommitter ${PERSON}\n\nfirst\n`,
  ),
  [SAMPLE.second]: objectText(
    "commit",
    `tree ${TREES.second}\nparent ${SAMPLE.first}\nauthor ${PERSON}\ncommitter ${PERSON}\n\nsecond\n`,
  ),
  [TAG]: objectText("tag", `object ${SAMPLE.first}\ntype commit\ntag v1\ntagger ${PERSON}\n\nv1\n`),
};

/** What makes the repository at a path. */
export function sampleRepository(path: string): readonly Operation[] {
  return [
    write(`${path}/HEAD`, "ref: refs/heads/main\n"),
    write(`${path}/config`, "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"),
    branchAt(path, "main", SAMPLE.second),
    branchAt(path, "old", SAMPLE.first),
    write(`${path}/refs/tags/v1`, `${TAG}\n`),
    ...Object.entries(OBJECTS).map(([id, text]) =>
      write(`${path}/objects/${id.slice(0, 2)}/${id.slice(2)}`, stored(text)),
    ),
  ];
}

/** What moves a branch of it. */
export function branchAt(path: string, branch: string, commit: string): Operation {
  return write(`${path}/refs/heads/${branch}`, `${commit}\n`);
}

function write(path: string, content: string): Operation {
  return { type: "write", path, content, encoding: "latin1" };
}

function objectText(type: string, body: string): string {
  return `${type} ${body.length}\0${body}`;
}

function fileEntry(name: string, id: string): string {
  return `100644 ${name}\0${bytesOf(id)}`;
}

function treeEntry(name: string, id: string): string {
  return `40000 ${name}\0${bytesOf(id)}`;
}

function bytesOf(id: string): string {
  return id.replaceAll(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
}

/** A zlib stream (RFC 1950) of one block that is not compressed. */
function stored(text: string): string {
  const length = littleEndian(text.length) + littleEndian(text.length ^ 0xffff);
  return `\x78\x01\x01${length}${text}${adler32(text)}`;
}

function littleEndian(value: number): string {
  return String.fromCharCode(value & 0xff, (value >> 8) & 0xff);
}

function adler32(text: string): string {
  let low = 1;
  let high = 0;
  for (let at = 0; at < text.length; at++) {
    low = (low + text.charCodeAt(at)) % 65_521;
    high = (high + low) % 65_521;
  }
  return String.fromCharCode(high >> 8, high & 0xff, low >> 8, low & 0xff);
}
