import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type Start,
} from "@holdfast/testing";
import { lineKind } from "./kind.ts";
import type { LineInput } from "./spec.ts";

const PATH = "/etc/app.conf";
const line = (input: Omit<LineInput, "path">) => ({
  kind: lineKind,
  name: "a line",
  input: { path: PATH, ...input },
});
const etc: Start = ({ kernel }) => kernel.tamper.makeDirectory("/etc");
const conf =
  (content: string | Uint8Array, attributes = {}): Start =>
  (host) => {
    etc(host);
    host.kernel.tamper.write(PATH, content, attributes);
  };

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

suite("line", () => {
  test("K10: is added, replaced or removed, and the file keeps its attributes", async () => {
    const host = await checkSimulated(line({ line: "b" }), conf("a\n", { mode: 0o640, uid: 7 }), [
      "line",
    ]);
    assert.deepEqual(host.kernel.inspect.tree(PATH), [`${PATH} file 0640 7:0 "a\\nb\\n"`]);
    await checkSimulated(line({ line: "b" }), conf("b\na\n"), []);
    await checkSimulated(line({ line: "b2", match: "^b" }), conf("b1\n"), ["line"]);
    await checkSimulated(line({ line: "b", state: "absent" }), conf("a\nb\n"), ["line"]);
    const block = { marker: "app", text: "x\n" };
    await checkSimulated(line({ block }), conf("a\n"), ["block"]);
  });

  test("K10: bytes that are not UTF-8 stay as they are", async () => {
    const host = await checkSimulated(line({ line: "é" }), conf(Uint8Array.of(0xe9, 0x0a)), [
      "line",
    ]);
    assert.deepEqual(host.kernel.inspect.bytes(PATH), Uint8Array.of(0xe9, 0x0a, 0xc3, 0xa9, 0x0a));
  });

  test("K10: a byte order mark is no part of the first line, and stays; CRLF too", async () => {
    const mark = "\ufeff";
    const input = { line: "port=8080", match: "^port=" };
    const host = await checkSimulated(line(input), conf(`${mark}port=80\r\nhost=x\r\n`), ["line"]);
    assert.deepEqual(host.kernel.inspect.bytes(PATH), encode(`${mark}port=8080\r\nhost=x\r\n`));
    await checkSimulated(line(input), conf(`${mark}port=8080\r\n`), []);
    await checkSimulated(line({ line: "a", state: "absent" }), conf(`${mark}a\n`), ["line"]);
    const before = await checkSimulated(
      line({ line: "b", insertBefore: "^a" }),
      conf(`${mark}a\n`),
      ["line"],
    );
    assert.deepEqual(before.kernel.inspect.bytes(PATH), encode(`${mark}b\na\n`));
    await checkSimulated(line({ line: "a" }), conf(mark), ["line"]);
  });

  test("K10: UTF-16 and UTF-32 are refused, with a mark and without; the file stays as it is", async () => {
    const utf16 = Buffer.from("port=80\n", "utf16le");
    const wide = [
      Buffer.concat([Buffer.of(0xff, 0xfe), utf16]),
      utf16,
      Buffer.from(utf16).swap16(),
      Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()]),
      Buffer.of(0x70, 0, 0, 0, 0x6f, 0, 0, 0),
      Buffer.of(0, 0, 0xfe, 0xff, 0, 0, 0, 0x70),
    ];
    for (const bytes of wide) {
      await checkKindUnknown(line({ line: "a" }), "ContentInvalid", simulatedRig(conf(bytes)));
    }
    for (const bytes of ["", "a", "\0", "a\0b\n"]) {
      await checkSimulated(line({ line: "x" }), conf(bytes), ["line"]);
    }
  });

  test("K10: a line does not make its file", async () => {
    const fault = await refuseSimulated(line({ line: "b" }), etc, "NotFound");
    assert.match(fault.resolution, /Declare file:\/etc\/app\.conf/);
    await checkSimulated(line({ line: "b", state: "absent" }), etc, []);
  });

  test("K10: a link, a directory, a file that is too large, alone or for a pattern, are refused", async () => {
    const linkThere: Start = (host) => {
      etc(host);
      host.kernel.tamper.write("/etc/real", "a\n");
      host.kernel.tamper.symlink(PATH, "real");
    };
    const fault = await refuseSimulated(line({ line: "b" }), linkThere, "WrongType");
    assert.match(fault.resolution, /target of the link/);
    const large = simulatedRig(conf("x\n".repeat(600_000)));
    await checkKindUnknown(line({ line: "b" }), "ContentTooLarge", large);
    const long = conf("x".repeat(500_000));
    const many = line({ line: "b", match: "x{100}" });
    await checkKindUnknown(many, "ContentTooLarge", simulatedRig(long));
    await checkSimulated(line({ line: "b", match: "^x" }), long, ["line"]);
  });

  test("a change in a file that not everyone may read is private", async () => {
    const check = (mode: number, isPrivate: boolean) => {
      const spec = lineKind.bind("x", { path: PATH, line: "new", match: "^old" }, () => {});
      const [change] = lineKind.diff(spec, { type: "file", mode, current: "old" });
      assert.equal(change?.isPrivate === true, isPrivate);
    };
    check(0o644, false);
    check(0o640, true);
  });
});
