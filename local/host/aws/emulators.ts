import { once } from "node:events";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";

/** Third-party stand-ins for DynamoDB (dynalite) and SQS (fauxqs), in memory, on loopback ports. */
export type Emulators = {
  readonly dynamodbPort: number;
  readonly sqsPort: number;
  close(): Promise<void>;
};

/** Starts both; neither is AWS. See the contract tests for what the bridge relies on. */
export async function startEmulators(): Promise<Emulators> {
  const dynamodb = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  dynamodb.keepAliveTimeout = 0;
  // `startFauxqs` would listen on every interface of the machine.
  const sqs = buildApp({ logger: false });
  sqs.server.keepAliveTimeout = 0;
  dynamodb.listen(0, "127.0.0.1");
  await Promise.all([once(dynamodb, "listening"), sqs.listen({ port: 0, host: "127.0.0.1" })]);
  return {
    dynamodbPort: (dynamodb.address() as AddressInfo).port,
    sqsPort: (sqs.server.address() as AddressInfo).port,
    async close() {
      const dynamodbClosed = new Promise<void>((resolve) => dynamodb.close(() => resolve()));
      dynamodb.closeAllConnections();
      await Promise.all([dynamodbClosed, sqs.close()]);
    },
  };
}
