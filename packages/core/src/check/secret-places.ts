import type { AnyKind } from "../resource/kind.ts";
import { type FieldPath, formatPath } from "./field-path.ts";
import type { Mistake } from "./mistake.ts";
import type { WrittenReference } from "./survey.ts";

/** References in fields of a spec that cannot hold a secret. */
export function misplacedReferences(
  kind: AnyKind,
  references: readonly WrittenReference[],
): readonly Mistake[] {
  const fields = kind.secretFields ?? [];
  return references
    .filter(({ path }) => !fields.some((field) => isWithin(path, field)))
    .map(({ path }) => {
      const able =
        fields.length === 0
          ? `No field of ${kind.kind} can.`
          : `Fields of ${kind.kind} that can: ${fields.join(", ")}.`;
      const why = "what it says is shown, recorded, or seen by everybody on the machine";
      return misplaced(path, `${formatPath(path)} cannot hold a secret: ${why}. ${able}`);
    });
}

/** Nothing in `meta` can hold a secret. */
export function misplacedInMeta(references: readonly WrittenReference[]): readonly Mistake[] {
  return references.map(({ path }) =>
    misplaced(path, `${formatPath(path)} cannot hold a secret. Write it into the spec.`),
  );
}

function misplaced(path: FieldPath, detail: string): Mistake {
  return { path, summary: "Misplaced secret", detail };
}

function isWithin(path: FieldPath, field: string): boolean {
  return field.split(".").every((name, depth) => path[depth + 1] === name);
}
