import { AwsJsonClient } from "../../lambdas/ingest/aws/json-client.ts";
import { sqs } from "../../lambdas/ingest/aws/stores.ts";
import { startAwsPeer } from "./aws-peer.ts";
import type { PeerAnswer } from "./aws-peer.ts";

/** A success answer. */
export const ok: PeerAnswer = { status: 200, body: { done: true } };

/** The environment of a function's process. */
export const environment: Record<string, string> = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "first-key",
  AWS_SECRET_ACCESS_KEY: "secret",
};

const open: { close(): Promise<void> }[] = [];

/** Ends the peers of all clients created so far. */
export async function closePeers(): Promise<void> {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
}

/** An SQS client whose peer gives the given answers. */
export async function anAwsClient(
  answers: readonly [PeerAnswer, ...PeerAnswer[]],
  { maxAttempts = 3, variables = environment, path = "" } = {},
) {
  const peer = await startAwsPeer(...answers);
  open.push(peer);
  const origin = `${peer.origin}${path}`;
  const client = new AwsJsonClient({ service: sqs, origin, environment: variables, maxAttempts });
  return {
    peer,
    client,
    call: (timeoutMillis = 5000) => client.call("Ask", { a: 1 }, { timeoutMillis }),
  };
}
