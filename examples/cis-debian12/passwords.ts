import type { WrittenMeta } from "holdfast";
import type { Benchmark } from "./control.ts";

/** Which password stack of PAM is to have which module, and the profile that puts it there. */
interface Profile {
  readonly section: string;
  /** Names below /usr/share/pam-configs. */
  readonly names: readonly string[];
  /** What a file of /etc/pam.d has when the profile is on. */
  readonly shows: readonly (readonly [file: string, pattern: string])[];
}

/** Options of pam_pwhistory are in its profile, because its configuration file comes with later versions of PAM. */
const REMEMBER = "pam_pwhistory.so remember=24 enforce_for_root use_authtok try_first_pass";

const PROFILES: readonly Profile[] = [
  // Guessing ends after some attempts, wherever they are made.
  {
    section: "5.3.2.2",
    names: ["cis-faillock", "cis-faillock-notify"],
    shows: [
      ["common-auth", "pam_faillock.so preauth"],
      ["common-auth", "pam_faillock.so authfail"],
      ["common-account", "pam_faillock.so"],
    ],
  },
  // New passwords are checked (5.3.3.2 says how). The profile is the package's own.
  {
    section: "5.3.2.3",
    names: ["pwquality"],
    shows: [["common-password", "pam_pwquality.so"]],
  },
  // Old passwords do not come back (5.3.3.3).
  {
    section: "5.3.2.4",
    names: ["cis-pwhistory"],
    shows: [["common-password", REMEMBER]],
  },
];

/** 5.3 Pluggable authentication modules: how often somebody may guess, and how good a password must be. */
export function declarePasswords(benchmark: Benchmark): void {
  const { host, control } = benchmark;
  // Brings the module that judges new passwords. (PAM itself, 5.3.1.1 and 5.3.1.2, is a part of every Debian.)
  control("5.3.1.3", (meta) => host.package("libpam-pwquality", {}, meta));
  declareProfiles(benchmark);
  declareLockout(benchmark);
  declareQuality(benchmark);
}

/**
 * 5.3.2 and 5.3.3.3. Debian makes /etc/pam.d/common-* out of profiles, and makes them again when a package brings one;
 * so what is wanted is a profile too, and the tool of Debian puts it in. There is no kind for that: hence the `exec`.
 */
function declareProfiles({ host, isOn, share }: Benchmark): void {
  const wanted = PROFILES.filter(({ section }) => isOn(section));
  // 5.3.3.3 Twenty-four passwords are remembered, for root too, and the history sees what the user really typed.
  const shared = share([
    ...wanted.map(({ section }) => [section] as const),
    ...(isOn("5.3.2.4") ? HISTORY : []),
  ]);
  if (shared === undefined) return;
  const names = wanted.flatMap((profile) => profile.names);
  const files = names
    .filter((name) => name.startsWith("cis-"))
    .map((name) =>
      host.file(
        `/usr/share/pam-configs/${name}`,
        { content: profileText(name), mode: 0o644, owner: "root", group: "root" },
        shared.meta,
      ),
    );
  const order = isOn("5.3.1.3") ? [...files, "package:libpam-pwquality"] : files;
  const tests = wanted.flatMap(({ shows }) =>
    shows.map(([file, pattern]) => `grep -Eqs '${spaced(pattern)}' /etc/pam.d/${file}`),
  );
  host.exec(
    "pam-profiles",
    {
      command: ["/usr/sbin/pam-auth-update", "--enable", ...names],
      env: { DEBIAN_FRONTEND: "noninteractive" },
      unless: ["/bin/sh", "-c", tests.join(" && ")],
    },
    { ...shared.meta, dependsOn: order },
  );
}

const HISTORY = [["5.3.3.3.1"], ["5.3.3.3.2"], ["5.3.3.3.3"]] as const;

/** A pattern for text between whose words PAM may have any blanks. */
function spaced(text: string): string {
  return text.replaceAll(".", "\\.").replaceAll(" ", "[[:blank:]]+");
}

function profileText(name: string): string {
  switch (name) {
    // Before the password is asked for: who is locked out gets no further. At success the count begins again.
    case "cis-faillock-notify":
      return profile(
        "Refuse accounts that are locked out",
        1024,
        ["Auth", "requisite\tpam_faillock.so preauth"],
        ["Account", "required\tpam_faillock.so"],
      );
    // After a wrong password: it is counted.
    case "cis-faillock":
      return profile("Count wrong passwords", 0, [
        "Auth",
        "[default=die]\tpam_faillock.so authfail",
      ]);
    default:
      return profile("Remember old passwords", 1023, ["Password", `requisite\t${REMEMBER}`]);
  }
}

function profile(
  name: string,
  priority: number,
  ...stacks: readonly (readonly [stack: string, line: string])[]
): string {
  const head = [`Name: ${name}`, "Default: yes", `Priority: ${priority}`];
  const lines = stacks.flatMap(([stack, line]) => [
    `${stack}-Type: Primary`,
    `${stack}:`,
    `\t${line}`,
  ]);
  return `${[...head, ...lines].join("\n")}\n`;
}

/** 5.3.3.1 How often somebody may guess. Root is never locked out (that is level 2), so that somebody can unlock others. */
function declareLockout({ host, share }: Benchmark): void {
  const lockout = share([
    // After five wrong passwords the account is closed,
    ["5.3.3.1.1", "deny = 5"],
    // for a quarter of an hour: long for who guesses, and no work for who only mistyped.
    ["5.3.3.1.2", "unlock_time = 900"],
  ]);
  if (lockout === undefined) return;
  own(host, "/etc/security/faillock.conf", lockout);
}

/** 5.3.3.2 What a new password must be like. */
function declareQuality({ host, share }: Benchmark): void {
  const quality = share([
    // Not the old one with a digit more.
    ["5.3.3.2.1", "difok = 2"],
    // Length is what makes guessing long.
    ["5.3.3.2.2", "minlen = 14"],
    // Three of lower case, upper case, digits and the rest.
    ["5.3.3.2.3", "minclass = 3"],
    // Not "aaaa",
    ["5.3.3.2.4", "maxrepeat = 3"],
    // not "1234",
    ["5.3.3.2.5", "maxsequence = 3"],
    // and no word of a dictionary: those are tried first.
    ["5.3.3.2.6", "dictcheck = 1"],
    // A bad password is refused, not only complained of.
    ["5.3.3.2.7", "enforcing = 1"],
    // Also when root sets one, for somebody or for itself.
    ["5.3.3.2.8", "enforce_for_root"],
  ]);
  if (quality === undefined) return;
  const directory = "/etc/security/pwquality.conf.d";
  host.directory(directory, { mode: 0o755, owner: "root", group: "root" }, quality.meta);
  own(host, `${directory}/60-cis.conf`, quality);
}

function own(
  host: Benchmark["host"],
  path: string,
  { content, meta }: { readonly content: string; readonly meta: WrittenMeta },
): void {
  host.file(path, { content, mode: 0o644, owner: "root", group: "root" }, meta);
}
