import assert from "node:assert/strict";
import { test } from "node:test";
import { traceTargetFrom } from "./trace-target.ts";

const urlOf = (environment: Readonly<Record<string, string>>): string | undefined =>
  traceTargetFrom(environment)?.url.href;

test("traces go where the variables of OpenTelemetry say, and nowhere without them", () => {
  for (const [environment, url] of [
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: " " }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318" }, "http://c:4318/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://c/otlp/" }, "https://c/otlp/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/mine" }, "http://c/mine"],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://a", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://b/t" },
      "http://b/t",
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_SDK_DISABLED: "true" }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_TRACES_EXPORTER: "none" }, undefined],
  ] as const) {
    assert.equal(urlOf(environment), url);
  }
});

test("headers, deadline and name are read; what is malformed is left out", () => {
  const target = traceTargetFrom({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://c",
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20x, api-key = k ,bad name=1,=2,y=%zz,n=%0A",
    OTEL_EXPORTER_OTLP_TIMEOUT: "1500",
    OTEL_SERVICE_NAME: "web agents",
  });
  assert.deepEqual(target?.headers, { authorization: "Bearer x", "api-key": "k" });
  assert.deepEqual([target.timeoutMs, target.serviceName], [1_500, "web agents"]);
  const plain = traceTargetFrom({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://c",
    OTEL_EXPORTER_OTLP_TIMEOUT: "-1",
  });
  assert.deepEqual(
    [plain?.timeoutMs, plain?.serviceName, plain?.headers],
    [10_000, "holdfast", {}],
  );
});

test("an endpoint that is none, and a protocol that is not spoken, are errors that do not repeat a password", () => {
  for (const endpoint of ["c:4318", "ftp://u:hunter2@c", "/v1/traces"]) {
    assert.throws(
      () => traceTargetFrom({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }),
      (error: Error) => /no address/.test(error.message) && !/hunter2/.test(error.message),
    );
  }
  const grpc = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
  assert.throws(() => traceTargetFrom(grpc), { reason: "InputInvalid", message: /grpc/ });
});
