import { type CommandResult, Fault, type FaultReason } from "@holdfast/core";
import type { AccountTool, ToolRun } from "./account-system.ts";

/** What exit codes of the shadow tools mean (their manual pages). Any other failure is HostFailed. */
const REASONS: Readonly<Record<AccountTool, Readonly<Partial<Record<number, FaultReason>>>>> = {
  useradd: { 3: "InputInvalid", 4: "IdTaken", 6: "UnknownUser", 9: "NameTaken" },
  usermod: { 3: "InputInvalid", 4: "IdTaken", 6: "UnknownUser", 8: "UserBusy", 9: "NameTaken" },
  userdel: { 6: "UnknownUser", 8: "UserBusy" },
  groupadd: { 3: "InputInvalid", 4: "IdTaken", 9: "NameTaken" },
  groupmod: { 3: "InputInvalid", 4: "IdTaken", 6: "UnknownUser", 9: "NameTaken" },
  groupdel: { 6: "UnknownUser", 8: "GroupInUse" },
  gpasswd: {},
  chage: {},
  chpasswd: {},
};

/** The exit codes of a program that could not write its files, for which a lock is one cause. */
const UNWRITTEN: Readonly<Record<AccountTool, readonly number[]>> = {
  useradd: [1, 10, 16, 18],
  usermod: [1, 10, 16, 18],
  userdel: [1, 10, 16, 18],
  groupadd: [10],
  groupmod: [1, 10],
  groupdel: [10],
  gpasswd: [1],
  chage: [1, 15],
  chpasswd: [1],
};

const RESOLUTIONS: Readonly<Partial<Record<FaultReason, string>>> = {
  InputInvalid: "Correct the value that the program refuses.",
  IdTaken: "Choose another number, or leave it out.",
  NameTaken: "Choose another name, or adopt what has it.",
  UnknownUser: "Declare what is missing and depend on it, or correct the name.",
  UserBusy: "Stop the processes of the user (loginctl terminate-user), then it is tried again.",
  GroupInUse: "Give the users another primary group first.",
};

/** Kept of a program's own words. */
const MOST_WORDS = 300;

/** The fault that the end of a program stands for; `subject` is the account that it was run for. */
export function toolFault(run: ToolRun, result: CommandResult, subject: string): Fault {
  const reason = reasonOf(run, result);
  const { exitCode, signalName } = result;
  const ended =
    exitCode === undefined ? `was ended by ${signalName}` : `ended with code ${exitCode}`;
  const words = wordsOf(run, result);
  return new Fault({
    reason,
    message: `${run.tool} for ${subject} ${ended}${words === "" ? "" : `: ${words}`}`,
    resolution: RESOLUTIONS[reason] ?? "Try the same by hand to see what the program complains of.",
  });
}

/** Tells whether another program's lock can be why a program failed. */
export function isUnwritten({ tool }: ToolRun, { exitCode }: CommandResult): boolean {
  return exitCode !== undefined && UNWRITTEN[tool].includes(exitCode);
}

function reasonOf({ tool }: ToolRun, { exitCode }: CommandResult): FaultReason {
  return (exitCode === undefined ? undefined : REASONS[tool][exitCode]) ?? "HostFailed";
}

/** The program's own words in one line, without the secret of its input. */
function wordsOf({ password }: ToolRun, { stderr }: CommandResult): string {
  const lines = stderr.split("\n").filter((line) => line !== "" && !/\bWarning\b/.test(line));
  const said = lines.join("; ");
  const words = password?.hash?.redactIn(said) ?? said;
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words;
}
