import { once } from "node:events";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { NetworkPublicHosts } from "../../lambdas/http/public-hosts.ts";
import { aCertificate } from "../support/certificate.ts";
import { startVendor } from "../unit/cli/support.ts";

const dayMillis = 86_400_000;
const listen = async (server: Server) => {
  server.listen(0, "localhost");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};
const hostsAt = (mediaBaseUrl: string, timeoutMillis = 5000) =>
  new NetworkPublicHosts({ mediaBaseUrl, certificateHosts: ["localhost"], timeoutMillis });

describe("the host of customers' files", () => {
  test("is asked for the head of a file that does not exist, without any proof", async () => {
    const vendor = await startVendor();
    vendor.answer = { status: 403, body: "", headers: {} };

    const status = await hostsAt(vendor.origin).statusOfMissingFile();
    await vendor.close();

    expect(status).toBe(403);
    expect(vendor.asked).toMatchObject([{ method: "HEAD", url: "/no-such-file" }]);
    expect(vendor.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  test("that does not answer is a transient failure without its address", async () => {
    await expect(hostsAt("http://127.0.0.1:1").statusOfMissingFile()).rejects.toMatchObject({
      name: "TransientFailure",
      message: "no answer: ECONNREFUSED",
    });
  });
});

describe("a certificate", () => {
  // Self-signed: the days are read also where a client would not accept the certificate.
  const { cert, key } = aCertificate({ host: "other.example", days: 20 });
  const server = createServer({ cert, key });
  const sockets: Socket[] = [];
  const silentServer = createTcpServer((socket) => sockets.push(socket));
  let port: number;
  let silentPort: number;
  beforeAll(async () => {
    port = await listen(server);
    silentPort = await listen(silentServer);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([server, silentServer].map((each) => once(each.close(), "close")));
  });

  test("is read by a handshake, whatever is wrong with it", async () => {
    const endsAtMillis = await hostsAt("").certificateEndsAtMillis(`localhost:${port}`);

    expect(Math.round((endsAtMillis - Date.now()) / dayMillis)).toBe(20);
  });

  test.each([
    { name: "a closed port", host: () => "localhost:1", reason: "ECONNREFUSED" },
    { name: "a host that says nothing", host: () => `localhost:${silentPort}`, reason: "timeout" },
  ])("of $name is a transient failure", async ({ host, reason }) => {
    await expect(hostsAt("", 50).certificateEndsAtMillis(host())).rejects.toMatchObject({
      name: "TransientFailure",
      message: `no answer: ${reason}`,
    });
  });
});
