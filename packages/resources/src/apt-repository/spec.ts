import type { BindReport, Thing } from "@holdfast/core";
import { checkAbsolutePath } from "../absolute-path.ts";
import type { FileSpec } from "../file/spec.ts";
import { renderedFile } from "../rendered-file/rendered-file.ts";
import type { AptRepositoryInput } from "./fields.ts";
import { plainKey, sourcesText } from "./sources-text.ts";

/** apt silently ignores files of other names. */
const NAME = /^[A-Za-z0-9_.-]{1,200}$/;
const WORD = /^[^\s#\p{Cc}]+$/u;
const URI = /^[a-z][a-z0-9+.-]*:\/?[^\s#]+$/;
/** More than any key that signs packages. */
const MAX_KEY = 65_536;
const KEY =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\x20-\x7e\n]+\n-----END PGP PUBLIC KEY BLOCK-----$/;

/** A source of packages, in a file of its own. */
export interface AptRepositorySpec {
  readonly name: string;
  readonly file: FileSpec;
  /** A key that is in a file; `sha256` is what it must be. */
  readonly keyFile?: { readonly path: string; readonly sha256?: string };
  readonly isAbsent: boolean;
}

/** Joins name and input, and reports what apt would ignore or refuse. */
export function bindAptRepository(
  name: string,
  input: AptRepositoryInput,
  report: BindReport,
): AptRepositorySpec {
  if (!NAME.test(name) || /^\.+$/.test(name)) {
    const detail = "apt reads only files whose names have letters, digits and _ . - in them";
    report("", "not a name that apt reads", detail);
  }
  const path = `/etc/apt/sources.list.d/${name.replaceAll(/[^A-Za-z0-9_.-]/g, "_")}.sources`;
  if (input.state === "absent") {
    return { name, file: renderedFile({ path, text: undefined }, report), isAbsent: true };
  }
  checkLists(input, report);
  const keyFile = bindKey(input.signedBy, report);
  return {
    name,
    file: renderedFile({ path, text: sourcesText(input) }, report),
    ...(keyFile === undefined ? {} : { keyFile }),
    isAbsent: false,
  };
}

/** No such source. Packages that came from it stay. */
export function absentAptRepository({ name }: AptRepositorySpec): AptRepositorySpec {
  return bindAptRepository(name, { state: "absent" }, () => {});
}

/** A source comes after the key that signs it. */
export function neededByAptRepository({ keyFile }: AptRepositorySpec): readonly Thing[] {
  return keyFile === undefined ? [] : [`path:${keyFile.path}`];
}

function checkLists(input: AptRepositoryInput, report: BindReport): void {
  const { uris = [], suites = [], components = [], architectures = [] } = input;
  if (uris.length === 0) report("uris", "no address", "write uris: where the repository is");
  if (suites.length === 0) report("suites", "no suites", "write suites, such as bookworm");
  for (const uri of uris) checkUri(uri, report);
  for (const [field, words] of Object.entries({ suites, components, architectures })) {
    if (words.every((word) => WORD.test(word))) continue;
    report(field, "not a word", "write words without blanks and #");
  }
  const paths = suites.filter((suite) => suite.endsWith("/"));
  if (paths.length > 0 && (components.length > 0 || paths.length < suites.length)) {
    const detail =
      "a suite that ends with / is a path, and has no components and no suites beside it";
    report("components", "components of a path", detail);
  } else if (paths.length === 0 && components.length === 0) {
    report("components", "no components", "write components, such as main");
  }
}

function checkUri(uri: string, report: BindReport): void {
  if (!URI.test(uri)) {
    report("uris", "not an address", "write an address, such as https://deb.example.org/debian");
  }
  if (/^[^/]*\/\/[^/]*@/.test(uri)) {
    const detail = "everybody can read the file: write user and password into /etc/apt/auth.conf.d";
    report("uris", "a password in an address", detail);
  }
}

function bindKey(
  signedBy: AptRepositoryInput["signedBy"],
  report: BindReport,
): AptRepositorySpec["keyFile"] {
  if (signedBy === undefined) {
    const detail = "write signedBy: without it any key that apt knows may sign the packages";
    report("signedBy", "no key", detail);
    return undefined;
  }
  if ("key" in signedBy) {
    const { key } = signedBy;
    if (key.length > MAX_KEY || !KEY.test(plainKey(key))) {
      const detail = key.includes("PRIVATE KEY")
        ? "this is a private key: write the public one"
        : "write the armored public key, from -----BEGIN PGP PUBLIC KEY BLOCK----- on";
      report("signedBy.key", "not a public key", detail);
    }
    return undefined;
  }
  const { path, sha256 } = signedBy;
  checkAbsolutePath(path, "signedBy.path", report);
  if (!WORD.test(path) || path.includes(",")) {
    report("signedBy.path", "not a path that apt reads", "name a path without blanks, , and #");
  }
  return { path, ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }) };
}
