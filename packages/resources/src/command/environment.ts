/** The whole environment of every command a kind runs, unless its author adds to it. Nothing of ours leaks in. */
export const MINIMAL_ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: "/",
  LANG: "C.UTF-8",
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
};
