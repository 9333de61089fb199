import { spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import { abortFault, Fault } from "@holdfast/core";
import type { KeySignature, Signer } from "../keys/signer.ts";
import { parseArmor } from "./armor.ts";
import { isSshSignatureOf, parseSshSignature, SSH_NAMESPACE } from "./ssh-signature.ts";

/** What `ssh-keygen` needs to find agent, security key and person; nothing else of the environment is given to it. */
const PASSED_ON = [
  "DISPLAY",
  "HOME",
  "LANG",
  "LC_ALL",
  "PATH",
  "SSH_ASKPASS",
  "SSH_ASKPASS_REQUIRE",
  "SSH_AUTH_SOCK",
  "SSH_SK_PROVIDER",
  "TERM",
  "WAYLAND_DISPLAY",
  "XDG_RUNTIME_DIR",
];
/** A person has to find the security key, or to remember a passphrase. */
const PATIENCE_MS = 120_000;
/** Of what it says when it refuses, in characters. */
const LONGEST_COMPLAINT = 500;
/** More than any signature. */
const MOST_OUTPUT_BYTES = 64 * 1024;

/** Where a key of SSH is, and where those are who hold it. */
export interface SshSignerOptions {
  /** Absolute: a private key, or the public one of a key that an agent holds. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A person watches our stderr: what `ssh-keygen` says, such as that a key is to be touched, goes there. Default false. */
  readonly isAttended?: boolean;
}

/**
 * Signs by `ssh-keygen -Y sign`, which asks for a passphrase or a touch by itself. What it made is verified before it counts.
 * Its `sign` throws Fault SigningKeyUnavailable, CommandNotFound, CommandTimeout or Aborted.
 */
export function sshSigner(options: SshSignerOptions): Signer {
  const { file } = options;
  return {
    async sign(message, signal) {
      const printed = await runSshKeygen({ ...options, message }, signal);
      const signature = parseArmor(printed);
      const parsed = signature === undefined ? undefined : parseSshSignature(signature);
      if (signature === undefined || parsed === undefined || !isSshSignatureOf(message, parsed)) {
        throw unavailable(file, "is no Ed25519 key, or ssh-keygen made no right signature with it");
      }
      return { keyId: parsed.key.id, signature } satisfies KeySignature;
    },
  };
}

interface Signing extends SshSignerOptions {
  readonly message: Uint8Array;
}

async function runSshKeygen(signing: Signing, signal: AbortSignal): Promise<string> {
  const { file, environment, isAttended = false, message } = signing;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const child = spawn("ssh-keygen", ["-q", "-Y", "sign", "-n", SSH_NAMESPACE, "-f", file], {
    env: Object.fromEntries(PASSED_ON.map((name) => [name, environment[name]])),
    stdio: ["pipe", "pipe", isAttended ? "inherit" : "pipe"],
    signal: AbortSignal.any([signal, patience]),
  });
  // A child that did not start, or has ended, takes no message; how it ended says why.
  child.stdin?.on("error", () => {}).end(message);
  const ending = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const output = Promise.all([readSome(child.stdout), readSome(child.stderr)]);
  try {
    const [code, [printed, complaint]] = await Promise.all([ending, output]);
    if (code === 0) return printed;
    const why = complaint.trim().slice(0, LONGEST_COMPLAINT) || "ssh-keygen has said why";
    throw unavailable(file, `cannot sign: ${why}`);
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof Fault ? error : notRun(error, patience.aborted);
  }
}

/** What is printed beyond the bound is read and dropped, so that the child can end. */
async function readSome(stream: AsyncIterable<Buffer> | null): Promise<string> {
  if (stream === null) return "";
  const kept: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    if (length < MOST_OUTPUT_BYTES) kept.push(piece);
    length += piece.length;
  }
  return Buffer.concat(kept).toString("utf8", 0, MOST_OUTPUT_BYTES);
}

function unavailable(file: string, why: string): Fault {
  return new Fault({
    reason: "SigningKeyUnavailable",
    message: `the key ${file} ${why}`,
    resolution: "Name an Ed25519 key of yours; for one in an agent (ssh-add -l) its .pub file.",
  });
}

function notRun(cause: unknown, isLate: boolean): Fault {
  if (isLate) {
    return new Fault({
      reason: "CommandTimeout",
      message: `ssh-keygen did not sign within ${PATIENCE_MS / 1000} s`,
      resolution: "Touch the security key, or give the passphrase, when it asks; try again.",
      cause,
    });
  }
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return new Fault({
    reason: isMissing ? "CommandNotFound" : "HostFailed",
    message: `ssh-keygen could not be started${isMissing ? ": there is no such program" : ""}`,
    resolution: "Install the SSH client, or use a key of holdfast keygen.",
    cause,
  });
}
