import type { BindReport } from "@holdfast/core";
import { encodeText } from "../byte-text.ts";
import { renderedFile } from "../rendered-file/rendered-file.ts";
import type { RenderedSpec } from "../rendered-file/rendered-kind.ts";
import { cronText, settingText } from "./cron-text.ts";
import type { CronInput } from "./fields.ts";
import { scheduleProblem } from "./schedule.ts";

/** cron silently ignores files of other names, those with a dot among them. */
const NAME = /^[A-Za-z0-9_-]{1,200}$/;
/** cron cuts longer commands off. */
const MAX_COMMAND_BYTES = 998;
/** cron ignores longer settings. */
const MAX_SETTING_BYTES = 998;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** One job in a file of its own. */
export interface CronSpec extends RenderedSpec {
  /** `undefined`: it should be absent. */
  readonly user?: string;
}

/** Joins name and input, and reports what cron would not take, or would take for something else. */
export function bindCron(name: string, input: CronInput, report: BindReport): CronSpec {
  if (!NAME.test(name)) {
    const detail = "cron reads only files whose names have letters, digits, _ and - in them";
    report("", "not a name that cron reads", detail);
  }
  const path = `/etc/cron.d/${name.replaceAll(/[^A-Za-z0-9_-]/g, "_") || "_"}`;
  if (input.state === "absent") {
    return { name, file: renderedFile({ path, text: undefined }, report) };
  }
  checkSettings(input.environment ?? {}, report);
  const schedule = bindSchedule(input, report);
  const command = bindCommand(input, report);
  const { user, environment = {} } = input;
  if (user === undefined) report("", "no user", "write user: who the command runs as");
  const text = cronText({ environment, schedule, user: user ?? "root", command });
  return {
    name,
    file: renderedFile({ path, text }, report),
    ...(user === undefined ? {} : { user }),
  };
}

function bindSchedule({ schedule, special }: CronInput, report: BindReport): string {
  if ((schedule === undefined) === (special === undefined)) {
    report("schedule", "not one schedule", "write either schedule or special");
  }
  if (special !== undefined) return special;
  const plain = (schedule ?? "* * * * *").trim().split(/\s+/).join(" ");
  const problem = scheduleProblem(plain);
  if (problem !== undefined) report("schedule", "not a schedule", problem);
  return plain;
}

function bindCommand({ command }: CronInput, report: BindReport): string {
  if (command === undefined || command.trim() === "") {
    report("command", "no command", "write command: one line for the shell");
    return "true";
  }
  const plain = command.trim();
  if (/[^\P{Cc}\t]/u.test(plain)) {
    report("command", "more than one line", "put the lines into a script, and run that");
  }
  if (encodeText(plain).length > MAX_COMMAND_BYTES) {
    const detail = `cron takes ${MAX_COMMAND_BYTES} bytes: put it into a script, and run that`;
    report("command", "a command that cron would cut off", detail);
  }
  if (/(?<!\\)%/.test(plain)) {
    const detail = "a % would end the command and begin its input: write \\%";
    report("command", "a % that means something else to cron", detail);
  }
  return plain;
}

function checkSettings(environment: Readonly<Record<string, string>>, report: BindReport): void {
  for (const [name, value] of Object.entries(environment)) {
    const text = settingText(name, value);
    const field = `environment.${name}`;
    if (!VARIABLE.test(name)) {
      report(field, "not an environment variable", "write letters, digits and _");
    } else if (/\p{Cc}/u.test(value) || text === undefined) {
      const detail = "a value is one line, and has not both sorts of quotes";
      report(field, "a value that cron cannot be given", detail);
    } else if (encodeText(text).length > MAX_SETTING_BYTES) {
      report(field, "a value that cron would not take", `keep it below ${MAX_SETTING_BYTES} bytes`);
    }
  }
}
