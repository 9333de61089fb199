/** What every export says first. It tells nothing that differs from one day to the next. */
export const HEAD: readonly string[] = [
  "What was chosen on this machine, as `holdfast export` found it: less what the system, its installer and its",
  "packages made by themselves. Planned on the same machine it changes nothing. Each comment says why a resource is here.",
];
