// A durable write without anything around it: a temporary file made exclusively, its content, mode and data on disk,
// renamed into place; the directory is synced once at the end.
import { close, fchmod, fdatasync, fsync, open, rename, write } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

const calls = {
  open: promisify(open),
  write: promisify(write),
  chmod: promisify(fchmod),
  sync: promisify(fdatasync),
  close: promisify(close),
  rename: promisify(rename),
  syncAll: promisify(fsync),
};

/** Writes files `{path, content}` durably, so many in flight. */
export async function writeDurably(files, inFlight) {
  let next = 0;
  const lanes = Array.from({ length: Math.min(inFlight, files.length) }, async () => {
    while (next < files.length) await writeOne(files[next++]);
  });
  await Promise.all(lanes);
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    const descriptor = await calls.open(folder, "r");
    await calls.syncAll(descriptor);
    await calls.close(descriptor);
  }
}

async function writeOne({ path, content }) {
  const temporary = `${path}.new`;
  const descriptor = await calls.open(temporary, "wx", 0o600);
  await calls.write(descriptor, content);
  await calls.chmod(descriptor, 0o644);
  await calls.sync(descriptor);
  await calls.close(descriptor);
  await calls.rename(temporary, path);
}
