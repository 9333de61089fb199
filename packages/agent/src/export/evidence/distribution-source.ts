/** Archives of the distributions, and the mirrors of countries that installers choose; another that somebody named is a choice. */
const HOSTS =
  /^(?:(?:deb|security|cdn-fastly\.deb|ftp|ftp\.[a-z]{2})\.debian\.org|(?:(?:[a-z]{2}\.)?archive|security|ports)\.ubuntu\.com)$/;
const COMPONENTS: ReadonlySet<string> = new Set([
  "main",
  "non-free-firmware",
  "restricted",
  "universe",
  "multiverse",
]);
/** The release itself, its updates and its security. */
const SUITE = /^[a-z]+(?:-updates|-security|\/updates)?$/;

/** One entry of a list of sources. */
interface SourceEntry {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** Whether a list of sources (sources.list(5), in either form) says only what an installer writes. */
export function isDistributionsOwn(text: string): boolean {
  const entries = [...linesIn(text), ...stanzasIn(text)];
  return entries.every(
    ({ uris, suites, components }) =>
      uris.every((uri) => HOSTS.test(hostOf(uri))) &&
      suites.every((suite) => SUITE.test(suite)) &&
      components.every((component) => COMPONENTS.has(component)),
  );
}

/** `deb [options] uri suite component …` */
function linesIn(text: string): readonly SourceEntry[] {
  return text.split("\n").flatMap((line) => {
    const [, uri, suite, rest = ""] =
      /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line) ?? [];
    if (uri === undefined || suite === undefined) return [];
    return [{ uris: [uri], suites: [suite], components: wordsIn(rest) }];
  });
}

function stanzasIn(text: string): readonly SourceEntry[] {
  return text.split(/\n(?:[ \t]*\n)+/).flatMap((stanza) => {
    const field = (name: string): readonly string[] => {
      const [, value = ""] = new RegExp(`^${name}:(.*(?:\\n[ \\t].*)*)`, "im").exec(stanza) ?? [];
      return wordsIn(value);
    };
    const uris = field("URIs");
    if (uris.length === 0) return [];
    return [{ uris, suites: field("Suites"), components: field("Components") }];
  });
}

function wordsIn(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function hostOf(uri: string): string {
  return /^https?:\/\/([^/@:]+)(?:\/|$)/.exec(uri)?.[1] ?? "";
}
