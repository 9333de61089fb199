import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import { caCertificateKind } from "./kind.ts";
import type { CaCertificateInput } from "./spec.ts";
import { CERTIFICATES } from "./testing/certificates.ts";
import { updateCaCertificates } from "./testing/update-ca-certificates.ts";

const { one, two, old } = CERTIFICATES;
const ANCHORS = "/usr/local/share/ca-certificates";
const LINKS = "/etc/ssl/certs";
const KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n";
const certificate = (input: CaCertificateInput) => ({
  kind: caCertificateKind,
  name: "example",
  input,
});
const store =
  (more: Start = () => {}): Start =>
  (host) => {
    host.commands.programs.set("update-ca-certificates", updateCaCertificates);
    host.kernel.tamper.makeDirectory("/etc");
    host.kernel.tamper.makeDirectory("/etc/ssl");
    host.kernel.tamper.makeDirectory(LINKS);
    for (const path of ["/usr", "/usr/local", "/usr/local/share", ANCHORS]) {
      host.kernel.tamper.makeDirectory(path);
    }
    host.kernel.tamper.write(`${ANCHORS}/two.crt`, two);
    more(host);
  };
const trusting = (content: string): Start =>
  store(({ kernel }) => {
    kernel.tamper.write(`${ANCHORS}/example.crt`, content);
    void updateCaCertificates({ argv: ["update-ca-certificates"], env: {}, timeoutMs: 1 }, kernel);
  });
const withIt = trusting(one);

function mistakesOf(input: CaCertificateInput): readonly string[] {
  const mistakes: string[] = [];
  caCertificateKind.bind("example", input, (path, summary) => mistakes.push(`${path}: ${summary}`));
  return mistakes;
}

suite("ca-certificate", () => {
  test("K10: is found in the bundle, by name and by hash, and compared as a certificate", async () => {
    const host = await checkSimulated(certificate({ content: one }), store(), ["state"]);
    assert.ok(host.kernel.inspect.text(`${LINKS}/ca-certificates.crt`)?.includes(one));
    const rewritten = one.replaceAll("\n", "\r\n");
    const input = { content: `text before\n${rewritten}text after\n` };
    await checkSimulated(certificate(input), withIt, []);
  });

  test("K10: a bundle without it is drift, and so is a link that is gone", async () => {
    const tampered =
      (act: Start): Start =>
      (host) => {
        withIt(host);
        act(host);
      };
    const input = certificate({ content: one });
    const bundle: Start = ({ kernel }) => kernel.tamper.write(`${LINKS}/ca-certificates.crt`, two);
    await checkSimulated(input, tampered(bundle), ["bundle"]);
    const links: Start = ({ kernel }) => {
      for (const name of kernel.inspect.list(LINKS) ?? []) {
        if (kernel.inspect.linkTarget(`${LINKS}/${name}`) === "example.pem") {
          kernel.tamper.remove(`${LINKS}/${name}`);
        }
      }
    };
    await checkSimulated(input, tampered(links), ["hashLink"]);
    const named: Start = ({ kernel }) => kernel.tamper.remove(`${LINKS}/example.pem`);
    await checkSimulated(input, tampered(named), ["link"]);
  });

  test("K10: absent is no longer trusted, whatever a removal that was cut off left", async () => {
    const gone = certificate({ state: "absent" });
    const cut: Start = (host) => {
      withIt(host);
      host.kernel.tamper.rename(`${ANCHORS}/example.crt`, `${ANCHORS}/.example.holdfast-removed`);
      host.kernel.tamper.remove(`${LINKS}/example.pem`);
    };
    for (const start of [withIt, cut]) {
      const { kernel } = await checkSimulated(gone, start, ["state"]);
      assert.deepEqual(kernel.inspect.list(ANCHORS), ["two.crt"]);
      assert.equal(kernel.inspect.text(`${LINKS}/ca-certificates.crt`), two);
      assert.ok(!(kernel.inspect.list(LINKS) ?? []).includes("example.pem"));
    }
    const again = await checkSimulated(certificate({ content: one }), cut, ["state"]);
    assert.deepEqual(again.kernel.inspect.list(ANCHORS), ["example.crt", "two.crt"]);
  });

  test("K10: an expired certificate is not put in, and one that expired there stays and says so", async () => {
    const fault = await refuseSimulated(
      certificate({ content: old }),
      store(),
      "CertificateExpired",
    );
    assert.match(fault.message, /CN=Holdfast test old.*2001-01-01/);
    await checkSimulated(certificate({ content: old }), trusting(old), []);
    const rig = simulatedRig(trusting(old));
    const spec = caCertificateKind.bind("example", { content: old }, assert.fail);
    const seen = await caCertificateKind.observe(spec, writeContext(rig));
    assert.ok(seen.type === "present");
    assert.equal(caCertificateKind.details?.(seen.value)["isExpired"], true);
  });

  test("K10: a private key and what is not one certificate are refused", async () => {
    assert.deepEqual(mistakesOf({ content: one + KEY }), ["content: a private key"]);
    assert.deepEqual(mistakesOf({ content: one + two }), ["content: not one certificate"]);
    assert.deepEqual(mistakesOf({ content: "x" }), ["content: not one certificate"]);
    assert.deepEqual(mistakesOf({}), [": not one certificate"]);
    assert.deepEqual(mistakesOf({ content: one, state: "absent" }), [": not one certificate"]);
    const keyed = store(({ kernel }) => kernel.tamper.write("/etc/key.pem", one + KEY));
    const input = certificate({ contentFrom: { path: "/etc/key.pem" } });
    await checkKindUnknown(input, "ContentInvalid", simulatedRig(keyed));
  });
});
