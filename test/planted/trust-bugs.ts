import type { PlantedBug } from "./planted-bug.ts";

const APPROVAL = "packages/trust/src/approval/verify-approval.ts";
const ENVELOPE = "packages/trust/src/envelope/envelope.ts";
const VERIFY = "packages/trust/src/envelope/verify-envelope.ts";
const LIST = "packages/trust/src/list/accept-trust-list.ts";

const MATRIX = ["packages/trust/src/approval/verify-approval.test.ts"];
const MUTATIONS = ["packages/trust/src/approval/mutations.test.ts"];
const LISTS = ["packages/trust/src/list/trust-list.test.ts"];
const SSH = ["packages/trust/src/ssh/ssh-signature.test.ts"];

function bug(
  name: string,
  [file, from, to]: readonly [file: string, from: string, to: string],
  files: readonly string[],
): PlantedBug {
  return { name, breaks: "C6", file, from, to, foundBy: { type: "tests", files } };
}

/** Mistakes that accept what nobody approved, or a list that nobody signed. */
export const TRUST_BUGS: readonly PlantedBug[] = [
  bug(
    "the type of what is signed is not signed along",
    [
      "packages/trust/src/envelope/pre-authentication.ts",
      "${typeBytes} ${payloadType} ${payload.length}",
      "${typeBytes - typeBytes} ${payload.length}",
    ],
    ["packages/trust/src/envelope/envelope.test.ts"],
  ),
  bug(
    "an envelope may have another text",
    [
      ENVELOPE,
      'if (printEnvelope(envelope) !== `${text.replace(/\\n$/, "")}\\n`)',
      "if (text === '')",
    ],
    MUTATIONS,
  ),
  bug(
    "one key counts twice",
    [VERIFY, "keys.find(({ id }, at) => keys[at - 1]?.id === id)", "keys.find(() => false)"],
    MATRIX,
  ),
  bug(
    "a signature of SSH is taken for another key's",
    [VERIFY, "return parsed?.key.id === key.id && ", "return parsed !== undefined && "],
    MUTATIONS,
  ),
  bug(
    "a security key signs without a touch",
    [
      "packages/trust/src/ssh/ssh-signature.ts",
      "if ((touched.flags & USER_PRESENT) === 0) return false;",
      "",
    ],
    MATRIX,
  ),
  bug(
    "a signature of SSH is one for any purpose",
    [
      "packages/trust/src/ssh/ssh-signature.ts",
      "const isOurs = namespace === SSH_NAMESPACE && ",
      "const isOurs = namespace !== undefined && ",
    ],
    SSH,
  ),
  bug(
    "an approval is used twice",
    [
      APPROVAL,
      "if (!isSpent(nonce)) return undefined;",
      "if (!isSpent(nonce) || nonce !== '') return undefined;",
    ],
    MATRIX,
  ),
  bug(
    "the second action of an approval is the first one again",
    [
      APPROVAL,
      "`${approval.nonce}.${positionOf(approval, action)}`",
      "`${approval.nonce}.${Math.min(0, positionOf(approval, action))}`",
    ],
    MATRIX,
  ),
  bug(
    "an approval for another agent counts",
    [APPROVAL, "if (approval.agent !== agent) {", "if (approval.agent === '') {"],
    MATRIX,
  ),
  bug(
    "one of those who signed need not have a role",
    [APPROVAL, "for (const { id } of keys) {", "for (const { id } of keys.slice(0, 1)) {"],
    MUTATIONS,
  ),
  bug(
    "a role covers another name",
    ["packages/trust/src/list/role.ts", "matchesAny(role.names, name) &&", ""],
    MATRIX,
  ),
  bug(
    "the roots of the list before are not asked",
    [LIST, "(before && refuseTooFew(", "(before && roots.length === 0 && refuseTooFew("],
    LISTS,
  ),
  bug(
    "an older list comes back",
    [LIST, "if (list.version < anchor.version) {", "if (list.version < 0) {"],
    LISTS,
  ),
];
