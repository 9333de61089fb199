import type { PlantedBug } from "./planted-bug.ts";

const ENGINE = ["packages/engine/src/proof/secrets.test.ts"];
const OUTLETS = ["packages/agent/src/secrets/outlets.test.ts"];

/** Mistakes that write, show or record a secret where none belongs. */
export const SECRET_BUGS: readonly PlantedBug[] = [
  {
    name: "a missing secret is an empty text",
    breaks: "B4",
    file: "packages/core/src/check/reveal-spec.ts",
    from: "if (secret !== undefined) return secret.reveal();",
    to: 'if (secret !== undefined || path !== "") return secret?.reveal() ?? "";',
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "what stands for a secret is written to the host",
    breaks: "B4",
    file: "packages/engine/src/revealed.ts",
    from: "const spec = revealSpec(resource, kind, secrets);",
    to: "const spec = secrets === undefined ? revealSpec(resource, kind, secrets) : resource.spec;",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "a diff shows what is where a secret should be",
    breaks: "B4",
    file: "packages/engine/src/reconcile/look.ts",
    from: "const changes = tellableChanges(exact, declared.resource)",
    to: "const changes = exact ?? tellableChanges(exact, declared.resource)",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "the ledger keeps what was seen of a secret",
    breaks: "B4",
    file: "packages/engine/src/reconcile/look.ts",
    from: "return secrets === undefined ? fingerprint : secrets.digest(fingerprint);",
    to: "return secrets === undefined ? fingerprint : fingerprint;",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "a fault that says a secret is told as it is",
    breaks: "B4",
    file: "packages/engine/src/reconcile/settle.ts",
    from: "const verdict = concealedVerdict(reached, runtime.concealment);",
    to: "const verdict = reached ?? concealedVerdict(reached, runtime.concealment);",
    foundBy: { type: "tests", files: ENGINE },
  },
  {
    name: "output is cut short before secrets are taken out",
    breaks: "B4",
    file: "packages/engine/src/concealed.ts",
    from: "if (concealment.isEmpty) return result;",
    to: "if (concealment.isEmpty || result.stdout !== undefined) return result;",
    foundBy: { type: "tests", files: OUTLETS },
  },
  {
    name: "a changed secret is no news",
    breaks: "B4",
    file: "packages/engine/src/reconcile/population.ts",
    from: "return secretsDigestOf(old, before.secrets) === secretsDigestOf(now, after.secrets);",
    to: "return secretsDigestOf(old, before.secrets) !== undefined || secretsDigestOf(now, after.secrets) === undefined;",
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
