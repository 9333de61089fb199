/** What a path of a secret may be, to complete "a path is …". */
export const SECRET_PATH_RULE = 'names joined by dots, such as "db.password"';

/** One name of a path: a key of the secrets file. */
export const SECRET_KEY = /^[A-Za-z0-9_-]{1,64}$/;

/** Tells whether a text can be the path of a secret: at most 512 characters. */
export function isSecretPath(text: string): boolean {
  return text.length <= 512 && text.split(".").every((name) => SECRET_KEY.test(name));
}
