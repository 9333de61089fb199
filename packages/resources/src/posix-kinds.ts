import { type AnyKind, type Catalog, createCatalog } from "@holdfast/core";
import { directoryKind } from "./directory/kind.ts";
import { execKind } from "./exec/kind.ts";
import { fileKind } from "./file/kind.ts";
import { jsonFieldKind } from "./json-field/kind.ts";
import { lineKind } from "./line/kind.ts";
import { linkKind } from "./link/kind.ts";

/** The kinds that every Unix has and that need no service of the machine. */
export const posixKinds: readonly AnyKind[] = [
  fileKind,
  directoryKind,
  linkKind,
  lineKind,
  jsonFieldKind,
  execKind,
];

/** The catalog of all kinds that come with Holdfast. */
export function createStandardCatalog(): Catalog {
  return createCatalog(posixKinds);
}
