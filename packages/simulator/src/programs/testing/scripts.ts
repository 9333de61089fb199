// Long because: it is one line after another of what test scripts may hold; nothing in it branches.
import fc from "fast-check";

type Text = fc.Arbitrary<string>;

/** Chosen more often, the earlier it stands. */
const pick = (...texts: readonly string[]): Text => fc.constantFrom(...texts);

/** Puts drawn texts where the template has `{}`. */
function fill(template: string, ...drawn: readonly Text[]): Text {
  return fc.tuple(...drawn).map((texts) => {
    let at = 0;
    return template.replaceAll("{}", () => texts[at++] ?? "");
  });
}

/** Relative, and never out of the directory that a script runs in. */
const path = pick(
  "a",
  "b",
  "c",
  "d",
  "l",
  "m",
  "n",
  "d/x",
  "d/e",
  "d/e/y",
  "new",
  "missing/z",
  "a/z",
  "m/x",
  "'sp ace'",
);
const value = pick(
  "one",
  "two",
  "'a b'",
  '"$v"',
  "$v",
  '"$GIVEN"',
  "${w:-fall}",
  '"${v:-x}"',
  "${v:+set}",
  "$1",
  '"$@"',
  "$#",
  "$?",
  '""',
  "$((n + 2))",
  '"$(cat a)"',
  "$(cat b)",
  "`echo t`",
  "*",
  "d/*",
  "?",
  "'*'",
  "é",
);
const number = pick("0", "1", "2", "3", "10");
const mode = pick(
  "644",
  "600",
  "0755",
  "u+x",
  "go-r",
  "a=r",
  "+x",
  "u=rwx,go=",
  "g+s",
  "1777",
  "u=r,u+w",
  "o-w",
  "a+X",
  "4755",
);
const pattern = pick(
  "one",
  "'^o'",
  "'e$'",
  "'o.*e'",
  "-i ONE",
  "-F .",
  "-x one",
  "-v one",
  "-c o",
  "-q two",
  "-E 't(w|h)'",
  "-E '[a-m]+$'",
  "-n 'o'",
  "-l o",
  "'[[:digit:]]'",
  "-e t",
  "'\\(t\\)w'",
  "-vc x",
  "''",
);
const sedScript = pick(
  "'s/o/0/'",
  "'s/o/0/g'",
  "-n '/t/p'",
  "'s/\\(t\\)\\(.\\)/\\2\\1/'",
  "-E 's/(.)e/<\\1>/g'",
  "'s|t|&&|'",
  "'/one/d'",
  "'$d'",
  "-n '2p'",
  "'1s/^/x/'",
  "'s/x*/-/g'",
  "-e 's/e/E/' -e 's/E$/!/'",
  "'s/$/ end/'",
  "-n 's/o/O/p'",
  "'s/[aeiou]/_/2'",
  "'s/.\\{2\\}/=/'",
  "'s/O/q/I'",
);
const question = fc.oneof(
  fill("{} {}", pick("-e", "-f", "-d", "-s", "-L", "-r", "-x", "-h", "! -e"), path),
  fill("{} = {}", pick('"$v"', "one", '"$w"', "''"), pick("one", '"x"', '"$GIVEN"')),
  fill(
    "{} {} {}",
    fc.oneof(number, pick("x", '"$n"', "-1")),
    pick("-eq", "-ne", "-lt", "-ge", "-le", "-gt"),
    number,
  ),
  fill("{} {}", pick("-n", "-z"), pick('"$v"', '"$w"', "one", "''")),
);

const simple: Text = fc.oneof(
  fill("echo {} {}", value, value),
  fill("printf '%s\\n' {} {}", value, value),
  fill("printf '%03d|%-4s.' {} {}", number, value),
  fill("cat {} {}", path, path),
  fill("cat {}", path),
  fill("touch {}", path),
  fill(
    "mkdir {} {}",
    pick("", "-p", "-m 700", "-p -m 711"),
    fc.oneof(path, pick("new/one/two", "d/e/f/")),
  ),
  fill("rmdir {}", path),
  fill("rm {} {}", pick("", "-f", "-r", "-rf"), path),
  fill("cp {} {} {}", pick("", "-r", "-p", "-a", "-f"), path, path),
  fill("cp {} {} d", path, path),
  fill("mv {} {}", path, path),
  fill("mv {} {} d", path, path),
  fill("ln {} {} {}", pick("-s", "", "-sf", "-f", "-sfn"), path, path),
  fill("chmod {} {}", mode, path),
  fill("chmod -R {} d", mode),
  fill("chown {} {}", pick("0", "0:0", "root", "root:root", "12:34", ":7"), path),
  fill("grep {} {}", pattern, path),
  fill("grep {} {} {}", pattern, path, path),
  fill("{} {} {}", pick("head", "tail"), pick("", "-n 1", "-n 2", "-1", "-n 0"), path),
  fill("tail -n +{} {}", number, path),
  fill("head -n -{} {} {}", number, path, path),
  fill("wc {} {}", pick("-l", "-c", "-w"), path),
  fill("wc -l {} {}", path, path),
  fill("sort {} {}", pick("", "-u", "-r", "-n", "-nr", "-nu"), path),
  fill("uniq {} {}", pick("", "-c", "-d", "-u"), path),
  fill("sed {} {}", sedScript, path),
  fill("sed -i {} {}", sedScript, path),
  fill("stat -c {} {}", pick("%a", "'%n %u:%g'", "'%F %a%%'"), path),
  fill("readlink {} {}", pick("", "-n"), path),
  fill("readlink {} {} | grep -c work", pick("-f", "-e"), path),
  fill("basename {}", pick("/a/b/", "a", "a/b.c .c", "/", "b b", "x/", "''")),
  fill("dirname {}", pick("/a/b/", "a", "a/b.c", "/", "b//c", "/x", "a/ b/c")),
  fill(
    "install {} {} {}",
    pick("", "-m 600", "-m u=rx", "-D"),
    path,
    fc.oneof(path, pick("deep/er/file")),
  ),
  fill("install -d {} {}", pick("", "-m 700"), fc.oneof(path, pick("deep/er"))),
  fill("test {}", question),
  fill("[ {} ]", question),
  fill("env Z={} sh -c 'echo \"$Z\"; exit {}'", value, number),
  fill(
    "sh -c {} name one",
    pick("'echo $0 $1'", "'cat a | wc -l'", "'exit 4'", "'set -e; false; echo no'"),
  ),
  fill("cd {}", path),
  fill("tee {} {}", pick("", "-a"), path),
  fill("v={}", value),
  fill("n={}", number),
  fill("export E={} && env sh -c 'echo $E'", pick("one", '"$v"', "'a  b'")),
  fill("T={} sh -c 'echo \"[$T]\"'", value),
  fill("T={} printf '%s\\n' {}", value, value),
  fill("set -- {} {}", value, value),
  pick(
    "true",
    "false",
    ":",
    "shift",
    "set -e",
    "set -u",
    "unset v",
    "pwd | grep -c work",
    "sleep 1",
    "id -u",
    "exit 3",
    "exit",
    "echo -n x",
    "nothing=",
    "echo ~",
    'for p in "$@"; do echo "<$p>"; done',
    "/usr/bin/test -f a",
    "/bin/cat a",
    "echo $w.",
    "cat",
    "basename /a/b .b",
    "sh d/x",
    "sh missing",
    "./d/x",
  ),
);

const redirection = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fill(" > {}", path),
  fill(" >> {}", path),
  fill(" < {}", pick("a", "b", "l", "d/x", "d/e/y", "n", "missing/z", "new")),
  fill(" 2> {}", path),
  pick(
    " 2>&1",
    " >&2",
    " > /dev/null",
    " > /dev/null 2>&1",
    " 2>/dev/null",
    " > c 2>&1",
    " 2>&1 > c",
  ),
);

const command: Text = fc.letrec<{ command: string; list: string }>((tie) => ({
  command: fc.oneof(
    { maxDepth: 2, depthIdentifier: "script" },
    { weight: 8, arbitrary: fill("{}{}", simple, redirection) },
    fill("if {}; then {}; else {}; fi", tie("list"), tie("list"), tie("command")),
    fill(
      "if {}; then {}; elif {}; then {}; fi",
      tie("command"),
      tie("list"),
      tie("command"),
      tie("command"),
    ),
    fill("for v in {} {}; do {}; done{}", value, value, tie("list"), redirection),
    fill("{ {}; }{}", tie("list"), redirection),
    fill("{} && {}", tie("command"), tie("command")),
    fill("{} || {}", tie("command"), tie("command")),
    fill("{} | {}", simple, tie("command")),
    fill("{} | grep {} | {}", simple, pattern, simple),
    fill("! {}", simple),
    fill('v=$({}); echo "$v"', tie("list")),
    fill(
      "until [ {} ]; do {}; touch c; break_here=1; rm -f d/x; exit 9; done",
      question,
      tie("command"),
    ),
  ),
  list: fc.oneof(
    { maxDepth: 2, depthIdentifier: "script" },
    tie("command"),
    fill("{}; {}", tie("command"), tie("command")),
    fill("{} # a comment\n{}", tie("command"), tie("command")),
  ),
})).command;

/** Scripts of what is understood, a few lines each. */
export const anyScript: Text = fc
  .tuple(
    pick("", "", "v=one", "v='two words'; n=5", "set -e", "set -eu; v=1", "set -- p 'q r'"),
    fc.array(command, { minLength: 1, maxLength: 5, size: "max" }),
  )
  .map(([prelude, commands]) => [prelude, ...commands].filter((line) => line !== "").join("\n"));
