/** The replacement for a part of a command line that may be a secret, or foreign text. */
const HIDDEN = "‹hidden›";
const MOST_ARGUMENTS = 16;
const LONGEST_ARGUMENT_CHARACTERS = 80;

const SECRET_WORD = /pass(?:w(?:or)?d|phrase)?|pwd|secret|token|api-?key|credential|bearer|auth/i;
const OPTION = /^-{1,2}[^=\s]+$/;
const INLINE_PROGRAM = /^-(?:-(?:eval|command|execute|expression)|[a-z]*[ce])$/i;
const USER_IN_URL = /([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi;
/** Clients whose `-p` has the password right behind it. */
const TAKES_PASSWORD_BEHIND_P = /^(?:mysql|mariadb|sshpass|mongo|smbclient)/;

/**
 * A command line as it may be kept and shown: without control characters, short, and without text that resembles a
 * secret or is a program given in line. A guess, made to hide too much rather than too little.
 */
export function shownCommand(argv: readonly string[]): readonly string[] {
  const program = argv[0]?.split("/").at(-1) ?? "";
  const shown = argv
    .slice(0, MOST_ARGUMENTS)
    .map((argument, index) => shownArgument({ argument, before: argv[index - 1], program, index }));
  return argv.length > MOST_ARGUMENTS ? [...shown, "…"] : shown;
}

/** One line of foreign text: control characters and what reverses or hides text are replaced, and it is cut. */
export function shownText(text: string, mostCharacters: number): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "\uFFFD");
  return clean.length > mostCharacters ? `${clean.slice(0, mostCharacters - 1)}…` : clean;
}

interface Argument {
  readonly argument: string;
  readonly before: string | undefined;
  readonly program: string;
  readonly index: number;
}

function shownArgument({ argument, before, program, index }: Argument): string {
  if (index > 0) {
    if (isSecretAfter(before) || (before !== undefined && INLINE_PROGRAM.test(before))) {
      return HIDDEN;
    }
    if (TAKES_PASSWORD_BEHIND_P.test(program) && /^-p./.test(argument)) return `-p${HIDDEN}`;
    const equals = argument.search(/[=:]/);
    if (equals > 0 && SECRET_WORD.test(argument.slice(0, equals))) {
      return shownText(`${argument.slice(0, equals + 1)}${HIDDEN}`, LONGEST_ARGUMENT_CHARACTERS);
    }
    // A text argument can hold anything.
    if (/\s/.test(argument)) return HIDDEN;
  }
  return shownText(argument.replace(USER_IN_URL, `$1${HIDDEN}@`), LONGEST_ARGUMENT_CHARACTERS);
}

function isSecretAfter(before: string | undefined): boolean {
  return before !== undefined && OPTION.test(before) && SECRET_WORD.test(before);
}
