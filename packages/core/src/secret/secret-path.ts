/** What a path of a secret may be, to complete "a path is …". */
export const SECRET_PATH_RULE = 'names joined by dots, such as "db.password"';

/** One name of a path: a key of the secrets file. */
export const SECRET_KEY = /^[A-Za-z0-9_-]{1,64}$/;

/** The path of a secret: at most 512 characters. */
export const SECRET_PATH = /^(?=.{1,512}$)[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64})*$/;

/** Tells whether a text can be the path of a secret. */
export function isSecretPath(text: string): boolean {
  return SECRET_PATH.test(text);
}
