import { Fault } from "@holdfast/core";
import type { Surroundings } from "../surroundings.ts";

/** The forms of output. */
export const OUTPUT_MODES = ["terminal", "serial", "json"] as const;

/** `terminal` has color and a live line, `serial` is the same lines without them, `json` is for programs. */
export type OutputMode = (typeof OUTPUT_MODES)[number];

/**
 * The form of output: the option, else HOLDFAST_OUT, else terminal. A terminal form needs a terminal that can move its
 * cursor and a reader who did not set NO_COLOR; else it is serial.
 * @throws {Fault} UsageInvalid, when HOLDFAST_OUT is none of the forms.
 */
export function chooseOutputMode(
  option: OutputMode | undefined,
  { environment, stdout }: Pick<Surroundings, "environment" | "stdout">,
): OutputMode {
  const mode = option ?? fromEnvironment(environment["HOLDFAST_OUT"]) ?? "terminal";
  if (mode !== "terminal") return mode;
  const hasColor = (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
  return stdout.isTTY === true && hasColor ? "terminal" : "serial";
}

/** Whether a command line asks for JSON, before it is known to be right: its errors must be JSON too. */
export function asksForJson(
  args: readonly string[],
  environment: Surroundings["environment"],
): boolean {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  const last = options.findLastIndex((arg) => arg === "--out" || arg.startsWith("--out="));
  const said = options[last]?.startsWith("--out=") ? options[last].slice(6) : options[last + 1];
  return last === -1 ? environment["HOLDFAST_OUT"] === "json" : said === "json";
}

function fromEnvironment(value: string | undefined): OutputMode | undefined {
  if (value === undefined || value === "") return undefined;
  const mode = OUTPUT_MODES.find((one) => one === value);
  if (mode !== undefined) return mode;
  throw new Fault({
    reason: "UsageInvalid",
    message: `HOLDFAST_OUT is ${JSON.stringify(value)}`,
    resolution: `Set it to ${OUTPUT_MODES.join(", ")}, or unset it.`,
  });
}
