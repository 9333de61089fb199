import type { Output, OutputRequest } from "./output.ts";
import type { Writer } from "./text/writer.ts";

/** Opens the output that was asked for, loading only what it needs. */
export async function openOutput(request: OutputRequest): Promise<Output> {
  if (request.mode === "json") {
    const { createJsonOutput } = await import("./json/json-output.ts");
    return createJsonOutput(request);
  }
  const { createTextOutput } = await import("./text/text-output.ts");
  return createTextOutput(request, await openWriter(request));
}

async function openWriter({ mode, isPaged, surroundings }: OutputRequest): Promise<Writer> {
  if (mode === "terminal") {
    const { createTerminalWriter } = await import("./terminal/terminal-writer.ts");
    const writer = createTerminalWriter(surroundings.stdout);
    if (isPaged !== true) return writer;
    const { createPagedWriter } = await import("./terminal/paged-writer.ts");
    return createPagedWriter(writer, surroundings);
  }
  if (surroundings.journal.stdout) {
    const { createJournalWriter } = await import("./journal/journal-writer.ts");
    return createJournalWriter(surroundings.stdout);
  }
  const { createSerialWriter } = await import("./serial/serial-writer.ts");
  return createSerialWriter(surroundings.stdout);
}
