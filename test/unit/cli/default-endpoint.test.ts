import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findDefaultEndpoint } from "../../../cli/aws/describe-stack.ts";
import { aStage, failureOf, startVendor } from "./support.ts";

let vendor: Awaited<ReturnType<typeof startVendor>>;
beforeAll(async () => {
  vendor = await startVendor();
});
afterAll(() => vendor.close());

/** Reads the resources page by page, as AWS lists them. */
const find = (...pages: readonly string[]) => {
  const listed = pages.map((resources, page) => {
    const next = page + 1 < pages.length ? `<NextToken>page-${page + 1}</NextToken>` : "";
    return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${resources}</StackResourceSummaries>${next}</ListStackResourcesResult></ListStackResourcesResponse>`;
  });
  Object.defineProperty(vendor, "answer", {
    configurable: true,
    get() {
      const asked = vendor.asked.at(-1)?.body.toString() ?? "";
      const [, page = "0"] = /NextToken=page-(\d)/.exec(asked) ?? [];
      return { status: 200, body: listed[Number(page)], headers: { "content-type": "text/xml" } };
    },
  });
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const aws = { region: "eu-central-1", endpoint: vendor.origin, credentials };
  return findDefaultEndpoint(aStage({ aws }));
};
const resource = (type: string, id: string) =>
  `<member><ResourceType>${type}</ResourceType><PhysicalResourceId>${id}</PhysicalResourceId></member>`;

test("the address of the stack's API contains its id", async () => {
  const resources =
    resource("AWS::SQS::Queue", "queue") + resource("AWS::ApiGatewayV2::Api", "abc123");

  expect(await find(resources)).toBe("https://abc123.execute-api.eu-central-1.amazonaws.com");
  expect(vendor.asked.at(-1)?.body.toString()).toContain("StackName=dev-main-telegram-bridge");
});

test("the API is found after the first hundred resources", async () => {
  const api = resource("AWS::ApiGatewayV2::Api", "abc123");

  expect(await find(resource("AWS::SQS::Queue", "queue"), api)).toContain("https://abc123.");
});

test("a stack without an API is a failure", async () => {
  expect(await failureOf(find(""))).toBe(
    "CommandFailure: the stack dev-main-telegram-bridge has no API",
  );
});
