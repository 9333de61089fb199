import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory } from "../machine/disk-walk.ts";
import { type DiskError, onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type { Process } from "../machine/process.ts";
import { FileOutput, Input } from "../machine/streams.ts";
import { type Expansion, expandTarget } from "./expand.ts";
import { say, type Scope } from "./scope.ts";
import type { Redirection } from "./syntax.ts";

/** The process with its streams redirected in their order; `undefined`, and said, when a file cannot be opened. */
export function redirect(
  process: Process,
  redirections: readonly Redirection[],
  expansion: Expansion,
): Process | undefined {
  let current: Process | undefined = process;
  for (const redirection of redirections) {
    if (current === undefined) return undefined;
    current = redirectOne(current, redirection, expansion);
  }
  const isCircle =
    current?.stdin.path !== undefined &&
    [current.stdout.path, current.stderr.path].includes(current.stdin.path);
  const isCut = redirections.some((each) => each.type === "write" && !each.isAppending);
  if (isCircle && !isCut) throw new NotUnderstood("reading and appending to one file at once");
  return current;
}

function redirectOne(
  process: Process,
  redirection: Redirection,
  expansion: Expansion,
): Process | undefined {
  const { scope } = expansion;
  if (redirection.type === "same") {
    const stream = redirection.as === 1 ? process.stdout : process.stderr;
    return redirection.stream === 1
      ? { ...process, stdout: stream }
      : { ...process, stderr: stream };
  }
  const isReading = redirection.type === "read";
  const target = expandTarget(isReading ? redirection.from : redirection.to, expansion);
  return onRefusal(
    () =>
      isReading ? reading(process, target, scope) : writing(process, target, redirection, scope),
    (error) => {
      say(scope, process, refusal(target, error, { isReading, scope }));
      return undefined;
    },
  );
}

/** The file is opened now and read later: what is written to it meanwhile is seen. */
function reading(process: Process, path: ByteText, { disk }: Scope): Process {
  const stat = disk.stat(path);
  if (isDirectory(stat)) throw new NotUnderstood("reading a directory");
  if (!disk.may(path, 4)) disk.read(path);
  return { ...process, stdin: new Input(() => disk.read(path), disk.canonical(path)) };
}

function writing(
  process: Process,
  path: ByteText,
  { streams, isAppending }: Extract<Redirection, { type: "write" }>,
  { disk }: Scope,
): Process {
  const output = new FileOutput(disk, path, { isAppending });
  return {
    ...process,
    ...(streams.includes(1) ? { stdout: output } : {}),
    ...(streams.includes(2) ? { stderr: output } : {}),
  };
}

function refusal(
  path: ByteText,
  { errno, message }: DiskError,
  { isReading, scope }: { readonly isReading: boolean; readonly scope: Scope },
): ByteText {
  if (scope.dialect === "bash") return `${path}: ${message}`;
  const isMissing = errno === "ENOENT" || errno === "ENOTDIR";
  if (isReading) return `cannot open ${path}: ${isMissing ? "No such file" : message}`;
  return `cannot create ${path}: ${isMissing ? "Directory nonexistent" : message}`;
}
