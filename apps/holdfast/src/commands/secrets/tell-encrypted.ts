import { API_VERSION } from "@holdfast/core";
import type { Output } from "../../output/output.ts";
import { line } from "../../output/text/line.ts";

/** Reports which values were encrypted, by their paths. */
export function tellEncrypted(output: Output, file: string, encrypted: readonly string[]): void {
  const count = `${encrypted.length} ${encrypted.length === 1 ? "value" : "values"} encrypted`;
  const names = encrypted.length === 0 ? "" : `: ${encrypted.join(", ")}`;
  output.value([line(`${file}: ${count}${names}`)], { apiVersion: API_VERSION, file, encrypted });
}
