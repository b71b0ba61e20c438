import { expect, test } from "@jest/globals";
import { processEnvironment } from "../../../local/host/lambda/function-definition.ts";
import type { FunctionDefinition } from "../../../local/host/lambda/function-definition.ts";

const aDefinition = (awsEndpoint: string): FunctionDefinition => ({
  stem: "web",
  name: "web",
  arn: "arn:aws:lambda:us-east-1:000000000000:function:web",
  roleArn: "arn:aws:iam::000000000000:role/web",
  handler: "index.handler",
  runtime: "nodejs24.x",
  taskRoot: "/tmp",
  timeoutSeconds: 3,
  memoryMegabytes: 128,
  logFormat: "JSON",
  variables: {},
  accessKeyId: "LOCALWeb",
  region: "us-east-1",
  awsEndpoint,
});

// Many machines do not resolve a host name with a bucket's name before `localhost`.
test.each([
  { endpoint: "http://localhost:4566", forS3: "http://127.0.0.1:4566" },
  { endpoint: "http://127.0.0.1:4566", forS3: "http://127.0.0.1:4566" },
  { endpoint: "https://localhost.example:4566", forS3: "https://localhost.example:4566" },
])("a function finds S3 at $forS3 when the endpoint is $endpoint", ({ endpoint, forS3 }) => {
  const environment = processEnvironment(aDefinition(endpoint), "127.0.0.1:1", "stream");

  expect(environment).toMatchObject({ AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: forS3 });
});
