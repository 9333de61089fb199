import { type Benchmark, metaOf } from "./control.ts";

/** Where a banner is shown, the control of its text, and the one that nobody but root may change it. */
const BANNERS = [
  // After each login.
  { path: "/etc/motd", text: "1.6.1", access: "1.6.4" },
  // At the console, before a login.
  { path: "/etc/issue", text: "1.6.2", access: "1.6.5" },
  // By sshd, before a login (5.1.5).
  { path: "/etc/issue.net", text: "1.6.3", access: "1.6.6" },
];

/**
 * 1.6 Command line warning banners. They say whose machine this is, so that nobody can plead not to have known it, and
 * not which system runs on it, because that would save an attacker the first step.
 */
export function declareBanners({ host, isOn }: Benchmark, banner: string): void {
  for (const { path, text, access } of BANNERS) {
    const wanted = [text, access].filter(isOn);
    if (wanted.length === 0) continue;
    const content = wanted.includes(text) ? { content: `${banner}\n` } : {};
    const owned = { mode: 0o644, owner: "root", group: "root" };
    host.file(path, { ...content, ...(wanted.includes(access) ? owned : {}) }, metaOf(wanted));
  }
}
