import { type FileWriter, unreachable } from "@holdfast/core";

type CallName =
  | "write"
  | "overwrite"
  | "setAttributes"
  | "makeDirectory"
  | "makeLink"
  | "remove"
  | "discard";

/** One call of a `FileWriter`, as data: another process can make it. */
export type WriteCall = {
  readonly [Name in CallName]: {
    readonly type: Name;
    readonly request: Parameters<FileWriter[Name]>[0];
  };
}[CallName];

/** Makes the call. @throws {Fault} as `FileWriter` says. */
export function makeCall(files: FileWriter, call: WriteCall, signal: AbortSignal): Promise<void> {
  switch (call.type) {
    case "write":
      return files.write(call.request, signal);
    case "overwrite":
      return files.overwrite(call.request, signal);
    case "setAttributes":
      return files.setAttributes(call.request, signal);
    case "makeDirectory":
      return files.makeDirectory(call.request, signal);
    case "makeLink":
      return files.makeLink(call.request, signal);
    case "remove":
      return files.remove(call.request, signal);
    case "discard":
      return files.discard(call.request, signal);
    default:
      return unreachable(call);
  }
}
