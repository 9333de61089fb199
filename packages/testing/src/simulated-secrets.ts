import { Secret, type Secrets } from "@holdfast/core";
import { sha256 } from "@holdfast/host";

/** Secrets in memory, by path. Digests are keyed by `key`: another key is another digest of the same. */
export function simulatedSecrets(texts: Readonly<Record<string, string>>, key = "key"): Secrets {
  const all = new Map(
    Object.entries(texts).map(([path, text]) => [path, new Secret(text)] as const),
  );
  const mix = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x5a);
  return {
    describe: "simulated secrets",
    all,
    digest: (text) => sha256.sha256(`${key}\0${text}`),
    seal: mix,
    unseal: mix,
  };
}
