import {
  type Clock,
  Fault,
  type FileReader,
  type PathWatches,
  type ServiceWriter,
} from "@holdfast/core";
import { changeLinks, reloadSystemd } from "./change-unit-files.ts";
import type { ReadLogLines } from "./log-lines.ts";
import { observeUnits } from "./observe-units.ts";
import { type JobVerb, runJob } from "./run-job.ts";
import { SystemdConnection } from "./systemd/systemd-connection.ts";
import { searchPath } from "./systemd/systemd-calls.ts";
import type { OpenLink } from "./systemd/systemd-link.ts";
import {
  endOfTransient,
  forgetTransient,
  startTransient,
  transientState,
} from "./transient-units.ts";
import { DEFAULT_SEARCH_PATH } from "./unit-files/search-path.ts";
import { watchUnits } from "./watch-units.ts";

/** What services are made of. */
export interface ServicesOptions {
  readonly clock: Clock;
  /** Both see the machine itself. */
  readonly files: FileReader;
  readonly paths: PathWatches;
  readonly openLink: OpenLink;
  readonly logLines: ReadLogLines;
  /** The deadline of a question that names none. Default 10 000. */
  readonly callTimeoutMs?: number;
}

/** Services with something to close. */
export interface OpenServices extends ServiceWriter, AsyncDisposable {}

/** The services of a machine that systemd runs, over a link to it. Nothing is opened before it is used. */
export function createServices(options: ServicesOptions): OpenServices {
  const { clock, files, paths, openLink, logLines, callTimeoutMs } = options;
  const connection = new SystemdConnection({
    clock,
    open: openLink,
    ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
  });
  const directories = rememberedSearchPath(connection);
  const job = { connection, clock, logLines };
  const run =
    (verb: JobVerb): ServiceWriter[JobVerb] =>
    (request, signal) =>
      runJob(job, verb, request, signal);
  return {
    async observeMany(requests, signal) {
      const observing = { files, connection, searchPath: await directories(signal) };
      return observeUnits(observing, requests, signal);
    },
    transientState: (unit, signal) => transientState(connection, unit, signal),
    endOfTransient: (unit, signal) => endOfTransient(job, unit, signal),
    watch: (units, sink, signal) =>
      watchUnits({ files, paths, clock, connection }, { units, sink }, signal),
    connection: () => connection.state(),
    start: run("start"),
    stop: run("stop"),
    restart: run("restart"),
    reload: run("reload"),
    reloadOrRestart: run("reloadOrRestart"),
    enable: (units, signal) => changeLinks(connection, "enable", units, signal),
    disable: (units, signal) => changeLinks(connection, "disable", units, signal),
    mask: (units, signal) => changeLinks(connection, "mask", units, signal),
    unmask: (units, signal) => changeLinks(connection, "unmask", units, signal),
    daemonReload: (signal) => reloadSystemd(connection, signal),
    startTransient: (request, signal) => startTransient(connection, request, signal),
    forgetTransient: (unit, signal) => forgetTransient(job, unit, signal),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** Asked once: it is compiled in. Where systemd does not answer, what is observed is unknown anyway. */
function rememberedSearchPath(
  connection: SystemdConnection,
): (signal: AbortSignal) => Promise<readonly string[]> {
  let remembered: readonly string[] | undefined;
  return async (signal) => {
    try {
      remembered ??= await searchPath(connection, signal);
      return remembered;
    } catch (error) {
      if (signal.aborted || !(error instanceof Fault)) throw error;
      return DEFAULT_SEARCH_PATH;
    }
  };
}
