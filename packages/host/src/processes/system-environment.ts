/** What programs of the system are run with: their own directories, and words that do not depend on the language. */
export const systemEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};
