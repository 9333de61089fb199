import type { Json } from "@holdfast/core";

/** Longer values of a setting than this may be anything. */
const MANY = 4_096;

/** What gives a secret away, and what it is in words. */
const SIGNS: readonly (readonly [sign: RegExp, words: string])[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/, "a private key"],
  [/^PuTTY-User-Key-File-\d/m, "a private key"],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]{20}/, "a private key"],
  [/^\s*PrivateKey\s*=\s*\S/im, "a private key"],
  [/^\s*PresharedKey\s*=\s*\S/im, "a shared key"],
  [
    /(?:^|[:\s"'=])\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2id?)\$[^\s:"']{8}/m,
    "the hash of a password",
  ],
  [
    /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>{}$]{1,200}:[^\s/@"'<>{}$]{1,200}@/i,
    "a password in an address",
  ],
  [/^\s*machine\s+\S+[^#]*\bpassword\s+\S/m, "a password"],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, "a key of a cloud"],
  [/\b(?:gh[pousr]_[0-9A-Za-z]{30}|github_pat_[0-9A-Za-z_]{30}|glpat-[\w-]{20})/, "a token"],
  [/\bxox[abprs]-[0-9A-Za-z-]{10}/, "a token"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}/, "a token"],
];

/** A setting whose name says that its value is secret: `db_password = x`, `"apiKey": "x"`, `secret-key x`. */
const SETTING =
  /^[ \t]*(?![#;])(?:export[ \t]+|Environment=[ \t]*)?["']?(?:[\w.-]{0,60}[_.-])?(?:passwd|password|passphrase|passwort|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|community)["']?[ \t]*[:=][ \t]*["']?([^\s"',;]{1,200})/gim;
/** The same joined to other words, as in `dbPassword`. */
const JOINED =
  /^[ \t]*(?![#;])["']?[\w.-]{0,60}(?:Passwd|Password|Passphrase|Secret|Token|ApiKey|AccessKey)["']?[ \t]*[:=][ \t]*["']?([^\s"',;]{1,200})/gm;
/** Values that say where a secret is, that there is none, or how it is dealt with. */
const HARMLESS =
  /^(?:[$%{<]|\/|file:|!|files\b|compat\b|systemd\b|yes|no|on|off|true|false|none|null|never|always|ask|prompt|required?|optional|sufficient|\*+$|x+$|\d{1,3}$|\[)/i;

/**
 * What in a text may be a secret, in words that do not repeat it; `undefined` when nothing gives one away. It is meant to
 * find too much: what it finds is left for a person. The whole text is scanned, in linear time.
 */
export function secretIn(text: string): string | undefined {
  const sign = SIGNS.find(([pattern]) => pattern.test(text));
  if (sign !== undefined) return sign[1];
  for (const pattern of [SETTING, JOINED]) {
    for (const [, value = ""] of text.matchAll(pattern)) {
      if (!HARMLESS.test(value)) return "a setting that is called a secret";
    }
  }
  return undefined;
}

/** The same, of every text in plain data. */
export function secretInData(data: Json): string | undefined {
  if (typeof data === "string") return secretIn(data);
  if (typeof data !== "object" || data === null) return undefined;
  const values: readonly Json[] = Array.isArray(data) ? data : Object.values(data);
  for (const value of values.slice(0, MANY)) {
    const found = secretInData(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
