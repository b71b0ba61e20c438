import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { describeStack } from "../../../cli/aws/describe-stack.ts";
import { awsFailure } from "../../../cli/aws/failures.ts";
import { failureOf, startVendor } from "./support.ts";

describe("a stack in CloudFormation", () => {
  let vendor: Awaited<ReturnType<typeof startVendor>>;
  const look = () =>
    describeStack("dev-main-telegram-bridge", {
      region: "eu-central-1",
      endpoint: vendor.origin,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
  const refuse = (status: number, code: string, message: string) => {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    vendor.answer = { status, body, headers: { "content-type": "text/xml" } };
  };
  beforeAll(async () => {
    vendor = await startVendor();
  });
  afterAll(() => vendor.close());

  test.each([
    ["<EnableTerminationProtection>true</EnableTerminationProtection>", true],
    ["<EnableTerminationProtection>false</EnableTerminationProtection>", false],
    ["", false],
  ])(
    "is described by its outputs, its account and its termination protection",
    async (said, is) => {
      const outputs =
        "<member><OutputKey>WebhookUrl</OutputKey><OutputValue>https://a</OutputValue></member>";
      const id =
        "arn:aws:cloudformation:eu-central-1:123456789012:stack/dev-main-telegram-bridge/1";
      const body = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackId>${id}</StackId><StackName>x</StackName>${said}<Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
      vendor.answer = { status: 200, body, headers: { "content-type": "text/xml" } };

      expect(await look()).toEqual({
        account: "123456789012",
        outputs: { WebhookUrl: "https://a" },
        isTerminationProtected: is,
      });
      expect(vendor.asked.at(-1)?.body.toString()).toContain("StackName=dev-main-telegram-bridge");
    },
  );

  test("that does not exist is undefined", async () => {
    refuse(400, "ValidationError", "Stack with id dev-main-telegram-bridge does not exist");

    expect(await look()).toBeUndefined();
  });

  test("without permission is a failure with the reason", async () => {
    refuse(403, "AccessDenied", "User: arn:aws:iam::1:user/x is not authorized");

    expect(await failureOf(look())).toBe(
      "CommandFailure: cannot look up the stack dev-main-telegram-bridge: the AWS credentials do not allow it: use a role with the permission",
    );
  });
});

describe("an error of the AWS SDK", () => {
  const error = (name: string, more: object = {}) =>
    Object.assign(new Error("request with hunter2"), { name, ...more });

  test.each([
    { given: error("CredentialsProviderError"), says: "no usable AWS credentials: sign in" },
    { given: error("TokenProviderError"), says: "no usable AWS credentials: sign in" },
    { given: error("ExpiredTokenException"), says: "have expired: sign in" },
    { given: error("UnrecognizedClientException"), says: "does not accept these credentials" },
    { given: error("ResourceNotFoundException"), says: "deploy the stack again" },
    { given: error("ThrottlingException"), says: "try again in a minute" },
    { given: error("Error", { code: "ECONNREFUSED" }), says: "no answer (ECONNREFUSED)" },
    { given: error("TimeoutError"), says: "no answer (timeout)" },
    {
      given: error("InternalServiceError", { $metadata: { httpStatusCode: 500 } }),
      says: "AWS answered 500 InternalServiceError",
    },
    { given: error("constructor"), says: "AWS answered constructor" },
  ])("$given.name is reported by its name, without its message", ({ given, says }) => {
    const { message } = awsFailure(given, "read the secret telegram-bot");

    expect(message).toContain(`cannot read the secret telegram-bot: `);
    expect(message).toContain(says);
    expect(message).not.toContain("hunter2");
  });
});
