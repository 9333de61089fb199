/** A user of this machine, as approvals name them. */
export function userWords(uid: number | undefined): string {
  if (uid === undefined) return "an unknown user";
  return uid === 0 ? "root" : `user ${uid}`;
}
