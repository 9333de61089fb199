/** Contents that files are declared with. A file that holds anything else was torn or tampered with. */
export const CONTENTS: readonly string[] = ["", "one\n", "two\n", `${"long\n".repeat(300)}end\n`];

/** What a tampered file holds. */
export const TAMPERED = "tampered\n";
