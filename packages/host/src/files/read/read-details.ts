import {
  ABSENT,
  type FileDetails,
  type FileReader,
  type Observation,
  present,
  throwIfAborted,
  unknown,
} from "@holdfast/core";
import type { ExtendedAttributes, FileCalls } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { isRegular } from "../file-entry.ts";
import type { Located, Pass } from "../walk/pass.ts";
import { openSame } from "./local-reader.ts";

/** What reading details works with. */
export interface DetailTools {
  readonly calls: FileCalls;
  /** Loaded once; `undefined` where they cannot be reached. */
  attributes(): Promise<ExtendedAttributes | undefined>;
  openPass(): Pass;
}

/** The kernel computes these of the content that the file has then. */
const COMPUTED: ReadonlySet<string> = new Set(["security.ima", "security.evm"]);

/** Reads what a regular file has besides its content. */
export async function readDetails(
  tools: DetailTools,
  { path, followLink = false }: Parameters<FileReader["details"]>[0],
  signal: AbortSignal,
): Promise<Observation<FileDetails>> {
  throwIfAborted(signal);
  const attributes = await tools.attributes();
  try {
    using pass = tools.openPass();
    const located = pass.locate(path, followLink);
    if (located.type === "remote") return present({});
    return located.type === "missing" ? ABSENT : detailsAt(tools, located, attributes);
  } catch (error) {
    throwIfAborted(signal);
    if (errnoOf(error) === "ENOENT") return ABSENT;
    return unknown(errnoFault(error, "read", path));
  }
}

function detailsAt(
  { calls }: DetailTools,
  place: Located & { readonly type: "place" },
  attributes: ExtendedAttributes | undefined,
): Observation<FileDetails> {
  const { stat } = place;
  const opened = stat !== undefined && isRegular(stat) ? openSame(calls, place, stat) : undefined;
  if (opened === undefined) return ABSENT;
  try {
    const { handle } = place.directory;
    const names = (attributes?.list(handle, place.name) ?? []).filter(
      (name) => !COMPUTED.has(name),
    );
    const kept = names.flatMap((name) => {
      const value = attributes?.getOf(opened.file, name);
      return value === undefined ? [] : [[name, Buffer.from(value).toString("base64")] as const];
    });
    return present({
      modifiedNs: String(calls.modifiedNs(opened.file)),
      ...(kept.length === 0 ? {} : { attributes: Object.fromEntries(kept) }),
    });
  } finally {
    calls.close(opened.file);
  }
}
