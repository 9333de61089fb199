import { sectionsText } from "../systemd-unit/sections.ts";
import type { TimerInput } from "./fields.ts";

/** The unit that says when. A span counts from the start of the timer, too: else nothing would start it the first time. */
export function timerText(stem: string, input: TimerInput): string {
  const { calendar, every, afterBoot, persistent, randomDelay, accuracy } = input;
  return sectionsText({
    Unit: { Description: `When ${stem} runs` },
    Timer: {
      ...(calendar === undefined ? {} : { OnCalendar: calendar }),
      ...(afterBoot === undefined ? {} : { OnBootSec: afterBoot }),
      ...(every === undefined ? {} : { OnActiveSec: every, OnUnitActiveSec: every }),
      ...(persistent === undefined ? {} : { Persistent: persistent }),
      ...(randomDelay === undefined ? {} : { RandomizedDelaySec: randomDelay }),
      ...(accuracy === undefined ? {} : { AccuracySec: accuracy }),
    },
    Install: { WantedBy: "timers.target" },
  });
}

/** The unit that says what. */
export function serviceText(stem: string, { command = [], user }: TimerInput): string {
  return sectionsText({
    Unit: { Description: stem },
    Service: {
      Type: "oneshot",
      ...(user === undefined ? {} : { User: user }),
      ExecStart: command.map(quoted).join(" "),
    },
  });
}

const PLAIN = /^[A-Za-z0-9_./:=,+@-]+$/;
const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
  "%": "%%",
  $: "$$",
};

/** One word as systemd reads it back (systemd.service(5)): no specifier, variable or escape is left in it. */
export function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  const escaped = word.replace(
    /[\p{Cc}"\\%$]/gu,
    (character) =>
      ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}
