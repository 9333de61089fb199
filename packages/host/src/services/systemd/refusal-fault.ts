import { Fault, type FaultReason } from "@holdfast/core";
import { CallRefused } from "./systemd-link.ts";

/** What is done about a refusal, by its reason. */
const RESOLUTIONS: Partial<Record<FaultReason, string>> = {
  UnitNotFound: "Install what brings the unit, or correct its name.",
  UnitMasked: "Unmask it, or declare it masked and stopped.",
  UnitFailed: "Correct the unit; systemctl status and journalctl -u tell more.",
  UnitFileInTheWay: "Move the file away, or remove it; then the unit can be masked.",
  AlreadyExists: "Choose another name, or wait until the unit is gone.",
  NotPrivileged: "Run the agent as root, or let polkit allow it.",
  SystemdUnresponsive: "None; it is tried again. If this repeats, see whether systemd runs.",
};

/** The last word of systemd's and D-Bus's names of errors, and what each means here. */
const REASONS: Readonly<Record<string, FaultReason>> = {
  NoSuchUnit: "UnitNotFound",
  FileNotFound: "UnitNotFound",
  LoadFailed: "UnitNotFound",
  UnitMasked: "UnitMasked",
  BadUnitSetting: "UnitFailed",
  JobTypeNotApplicable: "UnitFailed",
  OnlyByDependency: "UnitFailed",
  TransactionIsDestructive: "UnitFailed",
  TransactionOrderIsCyclic: "UnitFailed",
  ShuttingDown: "UnitFailed",
  UnitExists: "AlreadyExists",
  FileExists: "AlreadyExists",
  AccessDenied: "NotPrivileged",
  AuthFailed: "NotPrivileged",
  InteractiveAuthorizationRequired: "NotPrivileged",
  NoReply: "SystemdUnresponsive",
  Timeout: "SystemdUnresponsive",
  TimedOut: "SystemdUnresponsive",
  Disconnected: "SystemdUnresponsive",
  LimitsExceeded: "SystemdUnresponsive",
  NameHasNoOwner: "SystemdUnresponsive",
  NoServer: "SystemdUnresponsive",
  ServiceUnknown: "SystemdUnresponsive",
};

/**
 * What systemd's refusal means; everything else that was thrown stays as it is. `instead` names what a word means in
 * this one call.
 */
export function refusalFault(
  error: unknown,
  subject: string,
  instead: Readonly<Record<string, FaultReason>> = {},
): unknown {
  if (!(error instanceof CallRefused)) return error;
  const word = refusalWord(error);
  const reason = instead[word] ?? REASONS[word] ?? "HostFailed";
  return new Fault({
    reason,
    message: `systemd refuses ${subject}: ${error.message}`,
    resolution: RESOLUTIONS[reason] ?? "Do what systemd says; systemctl status tells more.",
    cause: error,
  });
}

/** The last word of the name of an error: `UnitMasked`. */
export function refusalWord({ word }: CallRefused): string {
  return word.slice(word.lastIndexOf(".") + 1);
}
