import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createDynamoClient } from "../../lambdas/aws/table.ts";
import { startAwsPeer } from "../support/aws-peer.ts";
import type { PeerAnswer } from "../support/aws-peer.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

const given = { region: "eu-central-1", credentials: { accessKeyId: "k", secretAccessKey: "s" } };
const command = () => new GetItemCommand({ TableName: "deliveries", Key: { id: { S: "a" } } });
const clientOf = async (...answers: readonly [PeerAnswer, ...PeerAnswer[]]) => {
  const peer = await startAwsPeer(...answers);
  open.push(peer);
  return { peer, client: createDynamoClient({ ...given, endpoint: peer.origin }) };
};
const stepsOf = (client: DynamoDBClient) =>
  client.middlewareStack.identify().map((step) => step.split(" - ")[0]);

describe("the functions' DynamoDB client", () => {
  test("sends signed requests without unused headers", async () => {
    const { peer, client } = await clientOf({ status: 200, body: { Item: { id: { S: "a" } } } });

    expect((await client.send(command())).Item).toEqual({ id: { S: "a" } });

    const headers = peer.requests[0]?.headers ?? {};
    expect(headers["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 .*\/eu-central-1\/dynamodb\/aws4_request/,
    );
    expect(headers).not.toHaveProperty("user-agent");
    expect(headers).not.toHaveProperty("x-amz-user-agent");
  });

  test("lacks three steps of the SDK's, under their names in this version, and no other", () => {
    const all = stepsOf(new DynamoDBClient(given));
    const ours = stepsOf(createDynamoClient(given));

    expect(new Set(all.filter((step) => !ours.includes(step)))).toEqual(
      new Set(["getUserAgentMiddleware", "loggerMiddleware", "recursionDetectionMiddleware"]),
    );
    expect(ours.filter((step) => !all.includes(step))).toEqual([]);
  });

  test("retries throttled and reset requests like the SDK", async () => {
    const throttled = {
      status: 400,
      body: { __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException" },
    };
    const { peer, client } = await clientOf(throttled, "reset", { status: 200, body: {} });

    await client.send(command());

    expect(peer.requests).toHaveLength(3);
  });

  test("builds each request anew, although it caches the middleware chain", async () => {
    const { peer, client } = await clientOf({ status: 200, body: {} });

    for (const id of ["a", "b"]) {
      await client.send(new GetItemCommand({ TableName: "deliveries", Key: { id: { S: id } } }));
    }

    expect(peer.requests.map(({ body }) => (JSON.parse(body) as { Key: unknown }).Key)).toEqual([
      { id: { S: "a" } },
      { id: { S: "b" } },
    ]);
  });
});
