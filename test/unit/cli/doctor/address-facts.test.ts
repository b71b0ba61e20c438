import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import type { Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readAddress, readCertificate } from "../../../../cli/doctor/address.ts";
import { aCertificate } from "../../../support/certificate.ts";
import { aStage, failureOf, outputs, startVendor } from "../support.ts";
import { known } from "./facts.ts";

const notConnected = { known: false, why: "the channel is not connected yet" } as const;
const stageAt = (WebhookUrl: string) => aStage({ outputs: { ...outputs, WebhookUrl } });

describe("a certificate", () => {
  const { cert, key } = aCertificate({ host: "localhost", days: 20 });
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer({ cert, key });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "localhost");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    server.close();
    await once(server, "close");
  });

  test("that is valid is reported with its expiry date", async () => {
    const found = await readCertificate("localhost", port, cert);

    expect(found).toMatchObject({ fault: undefined, protocol: "TLSv1.3" });
    expect(Math.round((found.endsAtMillis - Date.now()) / 86_400_000)).toBe(20);
  });

  test("that is self-signed is reported with the reason", async () => {
    expect(await readCertificate("localhost", port)).toMatchObject({
      fault: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
  });

  test("of another host is reported with the reason", async () => {
    const other = aCertificate({ host: "other.example", days: 1 });
    server.setSecureContext({ cert: other.cert, key: other.key });

    expect(await readCertificate("localhost", port, other.cert)).toMatchObject({
      fault: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  test("that cannot be read is one sentence", async () => {
    expect(await failureOf(readCertificate("localhost", 1))).toBe(
      "CommandFailure: no TLS connection (ECONNREFUSED)",
    );
  });

  test("is checked with the name and with a post to each webhook", async () => {
    const vendor = await startVendor();
    vendor.answer = { status: 401, body: "", headers: {} };
    const stage = stageAt(`https://localhost:${port}`);
    const find = async () => vendor.origin;

    const found = await readAddress(stage, known("channel_account"), find);
    await vendor.close();

    const untrusted = { kind: "silent", reason: "no answer: DEPTH_ZERO_SELF_SIGNED_CERT" };
    expect(found).toMatchObject({
      addresses: { value: ["127.0.0.1"] },
      certificate: { value: { protocol: "TLSv1.3", fault: "DEPTH_ZERO_SELF_SIGNED_CERT" } },
      telegramRoute: untrusted,
      amocrmRoute: { value: untrusted },
      defaultEndpoint: { value: { kind: "answered", status: 401 } },
    });
    expect(vendor.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /telegram"]);
  });
});

test("a laptop's address has only the two webhooks, and only one without a scope id", async () => {
  const vendor = await startVendor();
  vendor.answer = { status: 401, body: "", headers: {} };
  const nowhere = async () => Promise.reject(new Error("asked for an endpoint"));

  const found = await readAddress(stageAt(`${vendor.origin}/`), notConnected, nowhere);
  await vendor.close();

  expect(found).toEqual({
    addresses: undefined,
    certificate: undefined,
    telegramRoute: { kind: "answered", status: 401 },
    amocrmRoute: notConnected,
    defaultEndpoint: undefined,
  });
  const [asked] = vendor.asked;
  expect(asked?.headers).not.toHaveProperty("x-signature");
  expect(asked?.headers).not.toHaveProperty("x-telegram-bot-api-secret-token");
});
