import type { PlantedBug } from "./planted-bug.ts";

const ENGINE = ["packages/engine/src/testing/secrets.test.ts"];
const OUTLETS = ["packages/agent/src/secrets/outlets.test.ts"];

/** Mistakes that write, show or record a secret where none belongs. */
export const SECRET_BUGS: readonly PlantedBug[] = [
  {
    name: "a missing secret is an empty text",
    breaks: "B4",
    file: "packages/core/src/check/resolve-spec.ts",
    from: "if (secret !== undefined) return secret.plainText();",
    to: 'if (secret !== undefined || path !== "") return secret?.plainText() ?? "";',
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "what stands for a secret is written to the host",
    breaks: "B4",
    file: "packages/engine/src/secrets/perform.ts",
    from: "const spec = resolveSpec(resource, kind, secrets);",
    to: "const spec = secrets === undefined ? resolveSpec(resource, kind, secrets) : resource.spec;",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "a diff shows what is where a secret should be",
    breaks: "B4",
    file: "packages/engine/src/reconcile/observe.ts",
    from: "const changes = tellableChanges(exact, declared.resource)",
    to: "const changes = exact ?? tellableChanges(exact, declared.resource)",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "the ledger keeps what was seen of a secret",
    breaks: "B4",
    file: "packages/engine/src/records/identity.ts",
    from: "return secrets === undefined ? fingerprint : secrets.digest(fingerprint);",
    to: "return secrets === undefined ? fingerprint : fingerprint;",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "a fault that says a secret is published as it is",
    breaks: "B4",
    file: "packages/engine/src/reconcile/settle.ts",
    from: "const verdict = redactedVerdict(reached, runtime.redaction);",
    to: "const verdict = reached ?? redactedVerdict(reached, runtime.redaction);",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "output is cut short before secrets are taken out",
    breaks: "B4",
    file: "packages/engine/src/secrets/redacted.ts",
    from: "if (redaction.isEmpty) return result;",
    to: "if (redaction.isEmpty || result.stdout !== undefined) return result;",
    foundBy: { type: "tests", files: OUTLETS },
  },
  {
    name: "a changed secret is no news",
    breaks: "B4",
    file: "packages/engine/src/records/resource-store.ts",
    from: "secretsDigestOf(before, old) === secretsDigestOf(after, now)",
    to: "(secretsDigestOf(before, old) !== undefined || secretsDigestOf(after, now) === undefined)",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "encrypted values can change places",
    breaks: "B4",
    file: "packages/agent/src/secrets/secrets-key.ts",
    from: "return Buffer.from(`holdfast secrets 1\\0${path}`);",
    to: "return Buffer.from(`holdfast secrets 1\\0${path === undefined}`);",
    foundBy: { type: "tests", files: ["packages/agent/src/secrets/secrets-key.test.ts"] },
  },
];
