import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isValidObjectPath } from "dbus-native";
import fc from "fast-check";
import { unitOfPath, unitPath } from "./unit-path.ts";

suite("K4: the object of a unit", () => {
  test("any text has one that D-Bus takes, and it leads back to the text", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.constantFrom("", "_", "9"),
    );
    fc.assert(
      fc.property(texts, (name) => {
        assert.ok(isValidObjectPath(unitPath(name)), unitPath(name));
        assert.equal(unitOfPath(unitPath(name)), name);
      }),
    );
  });

  test("no two names share one", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        assert.equal(unitPath(one) === unitPath(other), one === other);
      }),
    );
  });

  test("is the one that systemd gives", () => {
    const objects = {
      "nginx.service": "nginx_2eservice",
      "getty@tty1.service": "getty_40tty1_2eservice",
      "2fa.service": "_32fa_2eservice",
      "dev-disk-by\\x2duuid.swap": "dev_2ddisk_2dby_5cx2duuid_2eswap",
    };
    for (const [name, label] of Object.entries(objects))
      assert.equal(unitPath(name), `/org/freedesktop/systemd1/unit/${label}`);
  });

  test("a path that is no object of a unit has no name", () => {
    for (const path of ["/org/freedesktop/systemd1", "/org/freedesktop/systemd1/job/1", "/x"])
      assert.equal(unitOfPath(path), undefined);
    for (const label of ["", "_", "a_", "a_2", "a_2E", "a-b"])
      assert.equal(
        unitOfPath(`/org/freedesktop/systemd1/unit/${label}`),
        label === "_" ? "" : undefined,
      );
  });
});
