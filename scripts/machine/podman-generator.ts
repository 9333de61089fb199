/**
 * Brings Podman's generator of a version that has one (Debian 12 has Podman 4.3), for the tests of quadlets: one program out
 * of a package of Debian 13, pinned by its SHA-256. It needs nothing but libc. In CI `npm test` brings it; elsewhere
 * `node scripts/machine/podman-generator.ts` does.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = {
  url: "http://deb.debian.org/debian/pool/main/p/podman/podman_5.4.2+ds1-2+b2_amd64.deb",
  sha256: "e3987a9d1e6d46cbd4ee11bd067927a5f7f886e41c7a2dbe5b89a436905d44a0",
} as const;
/** In the package. */
const PROGRAM = {
  path: "usr/libexec/podman/quadlet",
  sha256: "5e605b8d917c954e353538858dab6baf77f90ac326e2216b7a261d49551600f2",
} as const;
const PLACE = fileURLToPath(new URL("../../.cache/podman-generator-5.4.2", import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** Where it is once it was brought. */
export const PODMAN_GENERATOR: string = PLACE;

/** Why the tests of quadlets cannot use it here; `undefined`: they can. */
export function missingPodmanGenerator(): string | undefined {
  if (isBrought()) return undefined;
  if (process.platform !== "linux" || process.arch !== "x64") return "needs Linux on amd64";
  return "Podman's generator is not here: node scripts/machine/podman-generator.ts brings it";
}

/**
 * Downloads it, unless it is here.
 * @throws {Error} when it cannot be had, or is another program than the pinned one.
 */
export async function bringPodmanGenerator(): Promise<void> {
  if (isBrought()) return;
  const response = await fetch(PACKAGE.url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${PACKAGE.url}: HTTP ${response.status}`);
  const bytes = checked(Buffer.from(await response.arrayBuffer()), PACKAGE.sha256, PACKAGE.url);
  const directory = mkdtempSync(join(tmpdir(), "holdfast-generator-"));
  try {
    const file = join(directory, "podman.deb");
    writeFileSync(file, bytes);
    const { status, stderr } = spawnSync("dpkg-deb", ["--extract", file, join(directory, "tree")]);
    if (status !== 0)
      throw new Error(`dpkg-deb --extract ${PACKAGE.url} failed: ${String(stderr)}`);
    const program = readFileSync(join(directory, "tree", PROGRAM.path));
    mkdirSync(dirname(PLACE), { recursive: true });
    const temporary = `${PLACE}.${process.pid}`;
    writeFileSync(temporary, checked(program, PROGRAM.sha256, PROGRAM.path), { mode: 0o755 });
    renameSync(temporary, PLACE);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * The same in CI, where Debian may have another version by then, or not be reached: that is said, and the laws are proved
 * with the simulated generator alone.
 */
export async function tryToBringPodmanGenerator(): Promise<void> {
  try {
    await bringPodmanGenerator();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.log(
      `Quadlets are tried without Podman's own generator, which could not be had: ${why}`,
    );
  }
}

function isBrought(): boolean {
  return existsSync(PLACE) && sha256(readFileSync(PLACE)) === PROGRAM.sha256;
}

function checked(bytes: Buffer, expected: string, what: string): Buffer {
  const found = sha256(bytes);
  if (found === expected) return bytes;
  throw new Error(`${what} has the SHA-256 ${found}, and not ${expected}`);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bringPodmanGenerator();
