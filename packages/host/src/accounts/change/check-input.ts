import {
  ACCOUNT_NAME_RULE,
  Fault,
  type IdRange,
  isAccountId,
  isAccountName,
  type NewUser,
  PASSWORD_HASH_RULE,
  type PasswordHash,
  type UserChanges,
} from "@holdfast/core";

/** @throws {Fault} InputInvalid, for a name that no new account may have. */
export function checkName(name: string): void {
  if (isAccountName(name)) return;
  throw invalid(
    `${JSON.stringify(name)} is no name for an account: a name is ${ACCOUNT_NAME_RULE}`,
  );
}

/** @throws {Fault} InputInvalid. */
export function checkNewUser(user: NewUser): void {
  checkName(user.name);
  checkUserFields(user);
  for (const group of user.groups ?? []) checkReference(group);
  if (user.password !== undefined) checkHash(user.password.hash);
  checkRanges(user.subordinateIds?.uids ?? []);
  checkRanges(user.subordinateIds?.gids ?? []);
}

/** @throws {Fault} InputInvalid: a separator or a line break in a value would be another field, or another user. */
export function checkUserFields(fields: UserChanges): void {
  checkId(fields.uid);
  if (fields.primaryGroup !== undefined) checkReference(fields.primaryGroup);
  checkText("comment", fields.comment);
  checkText("shell", fields.shell);
  checkPath("home directory", fields.home);
  checkPath("former home directory", fields.moveHomeFrom);
}

/** @throws {Fault} InputInvalid. */
export function checkId(id: number | undefined): void {
  if (id === undefined || isAccountId(id)) return;
  throw invalid(`${id} is no id: an id is a whole number from 0 to 4294967294`);
}

/** What names an account that is there. @throws {Fault} InputInvalid, for what a tool would take for an option or a list. */
export function checkReference(account: string): void {
  if (/^[^\s:,\p{Cc}+~-][^\s:,\p{Cc}]*$/u.test(account)) return;
  throw invalid(`${JSON.stringify(account)} is neither a name nor a number of an account`);
}

/** @throws {Fault} InputInvalid, without the text. */
export function checkHash(hash: PasswordHash): void {
  if (hash.isSettable) return;
  throw invalid(`the password is no hash: it is ${PASSWORD_HASH_RULE}`);
}

/** @throws {Fault} InputInvalid. */
export function checkRanges(ranges: readonly IdRange[]): void {
  for (const { first, count } of ranges) {
    const isRange = Number.isInteger(count) && count > 0;
    if (isRange && isAccountId(first) && isAccountId(first + count - 1)) continue;
    throw invalid(`${count} ids from ${first} on are no range of ids`);
  }
}

function checkText(field: string, text: string | undefined): void {
  if (text === undefined || !/[:\p{Cc}]/u.test(text)) return;
  throw invalid(`the ${field} has a colon or a control character in it`);
}

function checkPath(field: string, path: string | undefined): void {
  checkText(field, path);
  if (path === undefined || /^\/(?!.*(?:^|\/)\.\.?(?:\/|$))/.test(path)) return;
  throw invalid(`the ${field} ${JSON.stringify(path)} is no absolute path`);
}

function invalid(message: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message,
    resolution: "Correct the value.",
  });
}
