/**
 * Trust as files: keys, and lists of trusted keys, as people keep and sign them. Apart from the agent itself, so that who
 * signs nothing loads nothing of it.
 */
export { createKeyPair, type KeyPairFiles, readPublicKey } from "./trust/key-files.ts";
export { type KeyPlace, openSigner } from "./trust/open-signer.ts";
export {
  createTrustListFile,
  readTrustListFile,
  replaceTrustListFile,
  type TrustListFile,
} from "./trust/trust-list-file.ts";
