import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";

/** Larger than a bot's biggest download from Telegram. The emulator's own limit is 11 MB. */
const maxObjectBytes = 64 * 1024 * 1024;

/** Third-party emulators in memory on loopback ports: dynalite for DynamoDB, fauxqs for SQS and S3. */
export type Emulators = Awaited<ReturnType<typeof startEmulators>>;

/** Starts both emulators. They are not AWS: the contract tests check the behaviour that the bridge needs. */
export async function startEmulators() {
  const dynamodb = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  dynamodb.keepAliveTimeout = 0;
  const underWay = countRequests(dynamodb);
  // `startFauxqs` would listen on every interface of the machine.
  const fauxqs = buildApp({ logger: false });
  fauxqs.server.keepAliveTimeout = 0;
  fauxqs.removeContentTypeParser("*");
  fauxqs.addContentTypeParser(
    "*",
    { parseAs: "buffer", bodyLimit: maxObjectBytes },
    (_request: unknown, body: unknown, done: (error: null, body: unknown) => void) =>
      done(null, body),
  );
  dynamodb.listen(0, "127.0.0.1");
  await Promise.all([once(dynamodb, "listening"), fauxqs.listen({ port: 0, host: "127.0.0.1" })]);
  const fauxqsPort = (fauxqs.server.address() as AddressInfo).port;
  return {
    dynamodbPort: (dynamodb.address() as AddressInfo).port,
    sqsPort: fauxqsPort,
    s3Port: fauxqsPort,
    async close(): Promise<void> {
      // dynalite continues a request whose client has left. On a closed database such a request
      // makes the process fail.
      const givenUpAtMillis = Date.now() + 5_000;
      while (underWay() > 0 && Date.now() < givenUpAtMillis) await delay(20);
      const dynamodbClosed = new Promise<void>((resolve) => dynamodb.close(() => resolve()));
      dynamodb.closeAllConnections();
      await Promise.all([dynamodbClosed, fauxqs.close()]);
    },
  };
}

/** The number of requests that the server has not answered yet, including those whose clients have left. */
function countRequests(server: Server): () => number {
  const open = new Set<object>();
  server.prependListener("request", (_request, response) => {
    open.add(response);
    const end = response.end.bind(response);
    response.end = ((...args: Parameters<typeof end>) => {
      open.delete(response);
      return end(...args);
    }) as typeof response.end;
  });
  return () => open.size;
}
