import { readDefinition, type UnitDefinition } from "./unit-definition.ts";

/** What a transient unit is described by. */
export function transientDefinition(properties: ReadonlyMap<string, unknown>): UnitDefinition {
  const [command] = listOf(properties.get("ExecStart"));
  const [, argv] = listOf(command);
  const text = (name: string): string => {
    const value = properties.get(name);
    return typeof value === "string" ? value : "";
  };
  return {
    ...readDefinition("[Service]\nType=oneshot\n"),
    description: text("Description"),
    argv: listOf(argv).map(String),
    remainsAfterExit: properties.get("RemainAfterExit") === true,
    outputPath: text("StandardOutputFileToAppend"),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
