/** How the main process of a simulated service behaves. What is left out: it is ready at once and runs for ever. */
export interface SimulatedProgram {
  /** Until it says that it is ready, where its unit waits for that. Default 0. */
  readonly readyMs?: number;
  /** Until it ends by itself. Default: never. */
  readonly runsMs?: number;
  /** Default 0. */
  readonly exitCode?: number;
  /** Lines that it writes when it starts. */
  readonly says?: readonly string[];
  /** From the signal that asks it to end to its end. Default 0. */
  readonly stopMs?: number;
}

/** What a program that is not on the simulated machine ends with (systemd.exec(5)). */
const NO_PROGRAM: SimulatedProgram = { runsMs: 0, exitCode: 203 };

/**
 * What an argv does: what a test has said of the command line or the program, or what a few common programs do. Nothing
 * else succeeds.
 */
export function programOf(
  argv: readonly string[],
  programs: ReadonlyMap<string, SimulatedProgram>,
): SimulatedProgram {
  const [path = "", ...args] = argv;
  const given = programs.get(argv.join(" ")) ?? programs.get(path);
  if (given !== undefined) return given;
  switch (path.slice(path.lastIndexOf("/") + 1)) {
    case "true":
      return { runsMs: 0 };
    case "false":
      return { runsMs: 0, exitCode: 1 };
    case "sleep":
      return sleeping(args[0] ?? "");
    case "sh":
      return args[0] === "-c" ? scripted(args[1] ?? "") : NO_PROGRAM;
    default:
      return NO_PROGRAM;
  }
}

function sleeping(duration: string): SimulatedProgram {
  return duration === "infinity" ? {} : { runsMs: Number(duration) * 1_000 };
}

/** Steps of a script, one after the other: `echo TEXT`, `sleep N`, `systemd-notify --ready`, `exit N`. */
function scripted(script: string): SimulatedProgram {
  const says: string[] = [];
  let ms = 0;
  let readyMs: number | undefined;
  for (const step of script.split(";").map((text) => text.trim().replace(/^exec /, ""))) {
    const [command, rest = ""] = /^(\S+)\s*(.*)$/.exec(step)?.slice(1) ?? [];
    if (command === "echo") says.push(rest.replace(/\s*>&2$/, ""));
    else if (command === "systemd-notify") readyMs = ms;
    else if (command === "exit") return { says, runsMs: ms, exitCode: Number(rest) };
    else if (command !== "sleep") return NO_PROGRAM;
    else if (rest === "infinity") return { says, ...(readyMs === undefined ? {} : { readyMs }) };
    else ms += Number(rest) * 1_000;
  }
  return { says, runsMs: ms, ...(readyMs === undefined ? {} : { readyMs }) };
}
