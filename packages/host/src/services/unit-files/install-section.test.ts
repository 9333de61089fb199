import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { readInstallSection } from "./install-section.ts";

const NONE = { hasLinks: false, hasAlso: false };

suite("the [Install] section of a unit file", () => {
  test("any text is read, and without the section it says nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const withoutSection = text.replaceAll("Install", "");
        assert.deepEqual(readInstallSection(withoutSection), NONE);
        readInstallSection(`[Install]\n${text}`);
      }),
    );
  });

  test("each way of being started, and of having another name, counts", () => {
    for (const key of ["WantedBy", "RequiredBy", "UpheldBy", "Alias"]) {
      const text = `[Unit]\n${key}=x\n[Install]\n ${key} = multi-user.target\n`;
      assert.deepEqual(readInstallSection(text), { hasLinks: true, hasAlso: false }, key);
    }
    const also = "[Install]\nAlso=other.service\nDefaultInstance=a\n";
    assert.deepEqual(readInstallSection(also), { hasLinks: false, hasAlso: true });
  });

  test("comments, other sections and what is cleared again do not", () => {
    for (const text of [
      "[Install]\n#WantedBy=a.target\n;Alias=b.service\n",
      "[Install]\n[Service]\nWantedBy=a.target\n",
      "[Install]\nWantedBy=a.target\nWantedBy=\n",
      "[X-Install]\nWantedBy=a.target\n",
    ])
      assert.deepEqual(readInstallSection(text), NONE, text);
  });

  test("a line goes on behind a backslash, also behind a comment", () => {
    const text = "[Install]\nWantedBy= \\\n# why\n  multi-user.target\n";
    assert.deepEqual(readInstallSection(text), { hasLinks: true, hasAlso: false });
    assert.deepEqual(readInstallSection("[Install]\nExecStart=x \\\nWantedBy=a.target\n"), NONE);
  });
});
