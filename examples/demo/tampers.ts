import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";

/** Something that happens to a file, and what must be true after the repair. */
export interface Tamper {
  readonly what: string;
  /** The resource that repairs it. */
  readonly id: string;
  damage(root: string): void;
  check(root: string): void;
}

const RELEASE = "/srv/site/releases/1.0";

/** One of each sort, each on another file. */
export const TAMPERS: readonly Tamper[] = [
  {
    what: "content changed",
    id: `file:${RELEASE}/index.html`,
    damage: (root) =>
      appendFileSync(`${root}${RELEASE}/index.html`, "<p>You have been hacked.</p>\n"),
    check: (root) => assertPage(root, "index"),
  },
  {
    what: "mode changed",
    id: "file:/etc/site.conf",
    damage: (root) => chmodSync(`${root}/etc/site.conf`, 0o666),
    check: (root) => assert.equal(statSync(`${root}/etc/site.conf`).mode & 0o7777, 0o640),
  },
  {
    what: "deleted",
    id: `file:${RELEASE}/about.html`,
    damage: (root) => rmSync(`${root}${RELEASE}/about.html`),
    check: (root) => assertPage(root, "about"),
  },
  {
    what: "replaced by rename",
    id: `file:${RELEASE}/contact.html`,
    damage: (root) => {
      writeFileSync(`${root}/other.html`, "something else\n");
      renameSync(`${root}/other.html`, `${root}${RELEASE}/contact.html`);
    },
    check: (root) => assertPage(root, "contact"),
  },
];

function assertPage(root: string, page: string): void {
  const path = `${root}${RELEASE}/${page}.html`;
  assert.equal(readFileSync(path, "utf8"), `<h1>${page}</h1>\n<p>This is the staging site.</p>\n`);
  assert.equal(statSync(path).mode & 0o7777, 0o644);
}
