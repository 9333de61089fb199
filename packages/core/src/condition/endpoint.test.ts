import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEndpoint } from "./endpoint.ts";

test("B5: an endpoint is a host and a port, an IPv6 address in brackets", () => {
  const check = (text: string, expected: string | undefined): void => {
    const { host, port } = parseEndpoint(text) ?? {};
    assert.equal(host === undefined ? undefined : `${host} ${port}`, expected, text);
  };
  check("db:5432", "db 5432");
  check("127.0.0.1:1", "127.0.0.1 1");
  check("db.example.com:65535", "db.example.com 65535");
  check("[::1]:80", "::1 80");
  check("[fe80::1%eth0]:80", "fe80::1%eth0 80");
  for (const wrong of [
    "",
    "db",
    "db:",
    ":80",
    "db:0",
    "db:65536",
    "db:99999",
    "::1:80",
    "[db]:80",
  ]) {
    check(wrong, undefined);
  }
  for (const wrong of [
    "a b:80",
    "db:80x",
    "db:-1",
    "-x:80",
    "http://db:80",
    "db:80\n",
    "d\0b:80",
  ]) {
    check(wrong, undefined);
  }
});
