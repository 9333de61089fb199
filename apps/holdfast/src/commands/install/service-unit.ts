import type { Hash } from "@holdfast/core";
import { quoteWord } from "./quote-word.ts";

/** The service's name, with its ending. */
export const UNIT_NAME = "holdfast.service";
/** Where its unit is put; what the administrator made wins over what packages bring. */
export const UNIT_PATH = `/etc/systemd/system/${UNIT_NAME}`;
/** What `systemctl enable` would make. */
export const WANTS_DIRECTORY = "/etc/systemd/system/multi-user.target.wants";

/** What the service runs. Paths are those of the machine that runs it. */
export interface ServiceOptions {
  /** The program and the arguments that come before its command: Node and the command's own file. */
  readonly program: readonly string[];
  /** Absolute. */
  readonly source: string;
  /** Further options of `serve`, as words of a command line. */
  readonly serveOptions: readonly string[];
  readonly version: string;
  readonly hash: Hash;
}

/** The unit, sealed: its first lines say what was made, so that what was changed since is noticed. */
export function serviceUnit(options: ServiceOptions): string {
  const text = unitText(options);
  return `${SEAL_START}${options.hash.sha256(text)}\n${text}`;
}

/** Whether a unit is as some version of `holdfast install` made it, to the byte. */
export function isOurs(unit: string, hash: Hash): boolean {
  const end = unit.indexOf("\n");
  if (!unit.startsWith(SEAL_START) || end === -1) return false;
  return unit.slice(SEAL_START.length, end) === hash.sha256(unit.slice(end + 1));
}

const SEAL_START = "# Made by holdfast install. SHA-256 of what follows: ";

/** Every option has its reason in docs/guide/systemd.md; a test demands it. */
function unitText({ program, source, serveOptions, version }: ServiceOptions): string {
  // The colon keeps systemd from expanding variables in the words.
  const run = `:${program.map(quoteWord).join(" ")}`;
  const serve = ["serve", "--detailed-exit-codes", ...serveOptions, source].map(quoteWord);
  return `# Change it with: systemctl edit ${UNIT_NAME}. A file that was changed itself is never replaced. Version ${version}.

[Unit]
Description=Holdfast keeps this machine in the state its owner declared
After=network.target
RequiresMountsFor=${quoteWord(source)}
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart=${run} ${serve.join(" ")}
ExecReload=${run} reload
Restart=always
RestartSec=5
SuccessExitStatus=2 3 4 5
WatchdogSec=60
TimeoutStartSec=120
TimeoutStopSec=60
KillMode=mixed
Delegate=
OOMPolicy=continue
LimitCORE=0
LimitNOFILE=1024:65536
KeyringMode=private
StandardOutput=journal
StandardError=journal
SyslogIdentifier=holdfast
RuntimeDirectory=holdfast
RuntimeDirectoryMode=0750
RuntimeDirectoryPreserve=yes
StateDirectory=holdfast
StateDirectoryMode=0700
LogsDirectory=holdfast
LogsDirectoryMode=0750

[Install]
WantedBy=multi-user.target
`;
}
