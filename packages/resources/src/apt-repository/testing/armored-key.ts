/** Something that has the form of an armored public key, an empty line in it too; nothing is signed with it. */
export const ARMORED_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----
Comment: for tests

mDMEZ0aaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAA
=AAAA
-----END PGP PUBLIC KEY BLOCK-----
`;
