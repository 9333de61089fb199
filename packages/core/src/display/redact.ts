import type { Change } from "../change.ts";
import type { Json } from "../json.ts";

/** What stands for a value that not everyone may read. */
export const HIDDEN = "‹not world-readable›";

/** The reader of the output; `uid` is `undefined` where the platform has none. */
export interface Reader {
  readonly uid: number | undefined;
}

/** The values of a change as this reader may see them: what is private is shown to root only. */
export function visible(
  change: Change,
  reader: Reader,
): { readonly from?: Json; readonly to?: Json } {
  const { from, to } = change;
  const isHidden = change.isPrivate === true && reader.uid !== 0;
  return {
    ...(from === undefined ? {} : { from: isHidden ? HIDDEN : from }),
    ...(to === undefined ? {} : { to: isHidden ? HIDDEN : to }),
  };
}
