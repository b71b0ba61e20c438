import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { readMedia } from "../../../../cli/doctor/address.ts";
import { readStack } from "../../../../cli/doctor/stack.ts";
import { credentials, refuse, startFakeAws } from "../fake-aws.ts";
import { aStage, failureOf, outputs, startVendor } from "../support.ts";

const uuids = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const topics = ["urgent", "tomorrow"].map(
  (name) => `arn:aws:sns:eu-central-1:111122223333:${name}`,
);
const resources = [
  ["AWS::SNS::Topic", topics[0]],
  ["AWS::Lambda::EventSourceMapping", uuids[0]],
  ["AWS::SQS::Queue", "https://sqs/queue"],
  ["AWS::SNS::Topic", topics[1]],
  ["AWS::Lambda::EventSourceMapping", uuids[1]],
];
/** By topic: the ARN of each subscription, as SNS names it. */
const subscriptions: Record<string, readonly string[]> = {
  [String(topics[0])]: [
    ...Array.from({ length: 100 }, (_, index) => `${topics[0]}:${index}`),
    "PendingConfirmation",
  ],
  [String(topics[1])]: ["Deleted"],
};
const states: Record<string, string> = {
  [String(uuids[0])]: "Enabled",
  [String(uuids[1])]: "Disabled",
};

describe("the stack's topics and event sources", () => {
  let aws: Awaited<ReturnType<typeof startFakeAws>>;
  const read = () =>
    readStack(aStage({ aws: { region: "eu-central-1", endpoint: aws.origin, credentials } }));
  beforeAll(async () => {
    aws = await startFakeAws({
      "cloudformation:ListStackResources": ({ parameters }) => {
        if (parameters["StackName"] !== "dev-main-telegram-bridge") refuse(400, "ValidationError");
        const members = resources.map(
          ([type, id]) =>
            `<member><ResourceType>${type}</ResourceType><PhysicalResourceId>${id}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
        );
        return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join("")}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
      },
      // A page of SNS has a hundred subscriptions.
      "sns:ListSubscriptionsByTopic": ({ parameters: { TopicArn = "", NextToken = "0" } }) => {
        const all = subscriptions[TopicArn] ?? refuse(404, "NotFound");
        const from = Number(NextToken);
        const members = all
          .slice(from, from + 100)
          .map(
            (arn) =>
              `<member><TopicArn>${TopicArn}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn><Owner>111122223333</Owner><Endpoint>anna@example.com</Endpoint></member>`,
          );
        const next = from + 100 < all.length ? `<NextToken>${from + 100}</NextToken>` : "";
        return `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult>${next}<Subscriptions>${members.join("")}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
      },
      "lambda:GetEventSourceMapping": ({ parameters: { UUID = "" } }) => ({
        UUID,
        State: states[UUID] ?? refuse(404, "ResourceNotFoundException"),
      }),
    });
  });
  beforeEach(() => aws.denied.clear());
  afterAll(() => aws.close());

  test("are read for every topic and mapping, page by page, without the addresses", async () => {
    const found = await read();

    expect(found).toEqual({
      alarmTopics: {
        known: true,
        value: [
          { arn: topics[0], confirmed: 100, pending: 1 },
          { arn: topics[1], confirmed: 0, pending: 0 },
        ],
      },
      eventSources: {
        known: true,
        value: [
          { id: uuids[0], state: "Enabled" },
          { id: uuids[1], state: "Disabled" },
        ],
      },
    });
    expect(JSON.stringify(found)).not.toContain("anna@");
  });

  test.each([
    ["sns:ListSubscriptionsByTopic", "alarmTopics", "eventSources"],
    ["lambda:GetEventSourceMapping", "eventSources", "alarmTopics"],
  ] as const)("without %s, only %s are unknown", async (permission, unknown, known) => {
    aws.denied.add(permission);
    const found = await read();

    expect(found[known].known).toBe(true);
    expect(found[unknown]).toEqual({ known: false, why: expect.stringContaining(permission) });
  });

  test("are unknown when the stack's resources may not be listed", async () => {
    aws.denied.add("cloudformation:ListStackResources");
    const found = await read();

    expect(found.alarmTopics).toEqual(found.eventSources);
    expect(found.alarmTopics).toMatchObject({
      why: expect.stringContaining("cloudformation:ListStackResources"),
    });
  });

  test("are not asked for on a laptop run", async () => {
    const before = aws.calls.length;
    const found = await readStack(aStage({ bridge: undefined }));

    expect(found).toMatchObject({ alarmTopics: { known: false }, eventSources: { known: false } });
    expect(aws.calls).toHaveLength(before);
  });
});

describe("the host of customers' files", () => {
  test("is asked for the head of a file that does not exist; the loopback has no certificate", async () => {
    const vendor = await startVendor();
    vendor.answer = { status: 403, body: "", headers: {} };
    const stage = aStage({ outputs: { ...outputs, MediaBaseUrl: vendor.origin } });

    const found = await readMedia(stage);
    await vendor.close();

    expect(found).toEqual({
      host: new URL(vendor.origin).host,
      reply: { kind: "answered", status: 403 },
      certificate: undefined,
    });
    expect(vendor.asked.map(({ method }) => method)).toEqual(["HEAD"]);
  });

  test("that does not answer is silent, and its certificate is unknown with the reason", async () => {
    const stage = aStage({ outputs: { ...outputs, MediaBaseUrl: "https://127.0.0.1:1" } });

    expect(await readMedia(stage)).toEqual({
      host: "127.0.0.1:1",
      reply: { kind: "silent", reason: "no answer: ECONNREFUSED" },
      certificate: { known: false, why: "no TLS connection (ECONNREFUSED)" },
    });
  });

  test("is unknown for a stack of an older version", async () => {
    expect(await failureOf(readMedia(aStage()))).toBe(
      "CommandFailure: the stack does not report the address of customers' files",
    );
  });
});
