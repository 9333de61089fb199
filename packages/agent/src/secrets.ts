/**
 * Secrets as a file: reading, encrypting, and what an agent opens them from. Apart from the agent itself, so that who
 * has no secrets loads nothing of it.
 */
export { findKey, type KeyPlaces, noKey } from "./secrets/find-key.ts";
export { openPrivatePlace, type PrivatePlace } from "./secrets/private-place.ts";
export {
  decryptSecrets,
  encryptSecrets,
  rekeySecrets,
  type Rewritten,
} from "./secrets/rewrite-secrets.ts";
export {
  decryptAll,
  formMistakes,
  parseSecretsFile,
  readSecretsFile,
  type SecretsFile,
} from "./secrets/secrets-file.ts";
export { SecretsKey } from "./secrets/secrets-key.ts";
export { openSecretsSource, type SecretsOptions } from "./secrets/secrets-source.ts";
export { createOwnFile, type OwnFile, replaceOwnFile } from "./own-files/write-own-file.ts";
