import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { Findings } from "../figure.ts";
import { channel, variablesOf } from "./hook.ts";

const run = promisify(execFile);

/** SQS and Secrets Manager, each at a separate address with TLS, as far as ingest uses them. */
type FakeAws = {
  /** The variables of a function's process. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/**
 * Runs a measurement with it. Without openssl there is no certificate, and the measurement is
 * skipped.
 */
export async function fakeAwsOr(
  what: string,
  measure: (environment: FakeAws["environment"]) => Promise<Findings>,
): Promise<Findings> {
  try {
    await run("openssl", ["version"]);
  } catch {
    return { figures: [], skipped: [{ what, why: "openssl is missing" }] };
  }
  const aws = await startFakeAws();
  try {
    return await measure(aws.environment);
  } finally {
    await aws.close();
  }
}

async function startFakeAws(): Promise<FakeAws> {
  const directory = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  const keyFile = join(directory, "key.pem");
  const certificateFile = join(directory, "certificate.pem");
  const subject = ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  await run("openssl", ["req", ...kind, ...subject, "-keyout", keyFile, "-out", certificateFile]);
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certificateFile)]);
  const servers = await Promise.all(
    ["SQS", "SECRETS_MANAGER", "DYNAMODB"].map(async (service) => {
      const server = createServer({ key, cert }, (request, response) => {
        void answer(request, response);
      });
      server.keepAliveTimeout = 0;
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return { service, server, port: (server.address() as AddressInfo).port };
    }),
  );
  const endpoints: Record<string, string> = {};
  for (const { service, port } of servers) {
    endpoints[`AWS_ENDPOINT_URL_${service}`] = `https://127.0.0.1:${String(port)}`;
  }
  return {
    environment: {
      ...endpoints,
      ...variablesOf(endpoints["AWS_ENDPOINT_URL_SQS"] ?? ""),
      NODE_EXTRA_CA_CERTS: certificateFile,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      AWS_SESSION_TOKEN: "A".repeat(700),
      AWS_LAMBDA_FUNCTION_NAME: "bench",
    },
    close: async () => {
      for (const { server } of servers) {
        server.closeAllConnections();
        server.close();
      }
      await rm(directory, { recursive: true });
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const result = resultOf(String(request.headers["x-amz-target"]), body);
  const isSigned = /^AWS4-HMAC-SHA256 .*Signature=\w{64}$/.test(
    request.headers.authorization ?? "",
  );
  response.statusCode = result === undefined || !isSigned ? 400 : 200;
  response.setHeader("content-type", "application/x-amz-json-1.0");
  response.end(JSON.stringify(result ?? { __type: "InvalidAction" }));
}

function resultOf(target: string, body: string): object | undefined {
  const input = JSON.parse(body) as { MessageBody?: string };
  switch (target) {
    case "AmazonSQS.SendMessage": {
      const md5 = createHash("md5")
        .update(input.MessageBody ?? "")
        .digest("hex");
      return { MD5OfMessageBody: md5, MessageId: "m", SequenceNumber: "1" };
    }
    case "AmazonSQS.GetQueueAttributes":
      return { Attributes: { QueueArn: "arn:aws:sqs:eu-central-1:1:q.fifo" } };
    case "secretsmanager.GetSecretValue":
      return { SecretString: JSON.stringify(channel) };
    default:
      return undefined;
  }
}
