import { carryOut, type Operation, simulatedActor, type Start } from "@holdfast/testing";

/** The group file that samples begin with. */
export const GROUP_FILE = "root:x:0:\napp:x:1000:\n";

/** The user file that samples begin with. */
export const PASSWD_FILE = "root:x:0:0:root:/root:/bin/bash\napp:x:1000:1000::/srv/app:/bin/sh\n";

/** The passwords that samples begin with. */
export const SHADOW_FILE = "root:*:19000:0:99999:7:::\napp:!:19000:0:99999:7:::\n";

/** Files of accounts as a small machine has them. */
export const accountFiles: readonly Operation[] = [
  replaced("passwd", PASSWD_FILE),
  replaced("group", GROUP_FILE),
  replaced("shadow", SHADOW_FILE, 0o600),
  replaced("gshadow", "root:*::\napp:!::\n", 0o600),
  replaced("subuid", ""),
  replaced("subgid", ""),
  replaced("login.defs", "USERGROUPS_ENAB yes\nUMASK 022\nHOME_MODE 0700\n"),
];

/** What the tools leave beside the files. */
export const ACCOUNT_BOOKKEEPING: readonly string[] = [
  "/etc/.pwd.lock",
  ...["passwd", "group", "shadow", "gshadow", "subuid", "subgid"].map((name) => `/etc/${name}-`),
];

/** Replaces a file in /etc as the tools do. */
export function replaced(name: string, content: string, mode = 0o644): Operation {
  return { type: "replace", path: `/etc/${name}`, content, mode };
}

/** A simulated machine with those files, and lines after them. */
export function startWithAccounts(
  more: { readonly passwd?: string; readonly group?: string; readonly shadow?: string } = {},
): Start {
  const added = [
    replaced("passwd", `${PASSWD_FILE}${more.passwd ?? ""}`),
    replaced("group", `${GROUP_FILE}${more.group ?? ""}`),
    replaced("shadow", `${SHADOW_FILE}${more.shadow ?? ""}`, 0o600),
  ];
  return ({ kernel }) => {
    kernel.tamper.makeDirectory("/etc");
    const actor = simulatedActor(kernel);
    for (const operation of [...accountFiles, ...added]) carryOut(operation, actor);
  };
}
