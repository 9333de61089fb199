import { Secret } from "@holdfast/core";

/**
 * The token of one provider: what the command line gave, else the first of `<TYPE>_BOT_TOKEN`, `<TYPE>_TOKEN` and
 * `<TYPE>_API_TOKEN` in the environment. Blanks around it do not count, and nothing between them is no token (P8).
 */
export function resolveToken(
  type: string,
  {
    flag,
    environment,
  }: {
    readonly flag?: string | undefined;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): Secret | undefined {
  const given = [flag, ...tokenVariables(type).map((name) => environment[name])];
  const text = given.map((each) => each?.trim() ?? "").find((each) => each !== "");
  return text === undefined ? undefined : new Secret(text);
}

/** The variables that may hold the token of a provider, the first that counts first. */
export function tokenVariables(type: string): readonly string[] {
  const prefix = type.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  return [`${prefix}_BOT_TOKEN`, `${prefix}_TOKEN`, `${prefix}_API_TOKEN`];
}
