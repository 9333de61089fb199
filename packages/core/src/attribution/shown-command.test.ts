import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shownCommand, shownText } from "./shown-command.ts";

const SECRET = "hunter2hunter2";

test("attribution: a secret behind an option, an equals sign or a colon, in a URL or in a text is never kept", () => {
  const option = fc.constantFrom("--password", "-password", "--db-token", "--API-KEY", "--auth");
  const plain = fc.array(fc.constantFrom("run", "-v", "--file", "/etc/motd"), { maxLength: 3 });
  const given = fc.oneof(
    option.map((word) => [word, SECRET]),
    option.map((word) => [`${word}=${SECRET}`]),
    fc.constantFrom("PGPASSWORD", "my_secret", "AuthToken").map((name) => [`${name}=${SECRET}`]),
    fc.constant(["-H", `Authorization: Bearer ${SECRET}`]),
    fc.constant([`https://bob:${SECRET}@example.org/x`]),
    fc.constantFrom("-c", "-e", "-lc", "--eval").map((word) => [word, `print('${SECRET}')`]),
    fc.constant([`a text with ${SECRET}`]),
  );
  fc.assert(
    fc.property(plain, given, plain, (before, secret, after) => {
      const shown = shownCommand(["/usr/bin/tool", ...before, ...secret, ...after]);
      assert.ok(!shown.join(" ").includes(SECRET), shown.join(" "));
      assert.equal(shown[0], "/usr/bin/tool");
    }),
  );
  assert.deepEqual(shownCommand(["mysql", `-p${SECRET}`]), ["mysql", "-p‹hidden›"]);
});

test("attribution: a harmless command line is kept as it was given", () => {
  const command = ["sed", "-i", "s/a/b/", "/etc/motd"];
  assert.deepEqual(shownCommand(command), command);
});

test("attribution: foreign text is shown short, in one line, and without terminal commands", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 40 }), (argv) => {
      const shown = shownCommand(argv);
      assert.ok(shown.length <= 17);
      for (const argument of shown) {
        assert.ok(argument.length <= 80);
        assert.doesNotMatch(argument, /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }
    }),
  );
  assert.equal(shownText("a\u001b[31mred\nb", 20), "a\uFFFD[31mred\uFFFDb");
  assert.equal(shownText("abcdef", 4), "abc…");
});
