import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import {
  caretakerEnvironment,
  deliverySenderEnvironment,
  readEnvironment,
} from "../../lambdas/compose/environment.ts";
import {
  amocrmWebhookNames,
  readNames,
  telegramWebhookNames,
} from "../../lambdas/compose/ingest-environment.ts";
import { rolloutCheckNames } from "../../lambdas/compose/rollout-check.ts";
import { findResource, templateOf } from "./synthesize.ts";

const template = templateOf();
const propertiesOf = (type: string, id: string) => findResource(template, type, id)[1].Properties;
const functions = [
  "TelegramWebhook",
  "AmocrmWebhook",
  "DeliverySender",
  "Caretaker",
  "RolloutCheck",
];

/** The code with which a function reads its variables. */
type Read = (variables: Readonly<Record<string, string>>) => object;
const reading =
  (names: readonly string[]): Read =>
  (variables) =>
    readNames(names, variables);
const checking =
  (schema: typeof caretakerEnvironment | typeof deliverySenderEnvironment): Read =>
  (variables) =>
    readEnvironment<typeof schema>(schema, variables);
/** Replaces a reference to another resource by a name, joined with the text around it. */
function asDeployed(value: unknown): string {
  if (typeof value === "string") return value;
  const { "Fn::Join": join } = value as { "Fn::Join"?: [string, unknown[]] };
  return join === undefined ? "some-name" : join[1].map(asDeployed).join(join[0]);
}

describe("the functions", () => {
  test("are five, on Node 24 and arm64, with recursive loop detection", () => {
    template.resourceCountIs("AWS::Lambda::Function", functions.length);
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      RecursiveLoop: "Terminate",
    });
  });

  test("reserve no concurrency, which a new account cannot give, and the senders' share is limited", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      ReservedConcurrentExecutions: Match.absent(),
    });
    template.allResourcesProperties("AWS::Lambda::EventSourceMapping", {
      ScalingConfig: { MaximumConcurrency: Match.anyValue() },
    });
  });

  test.each([
    { id: "TelegramWebhook", read: reading(telegramWebhookNames) },
    { id: "AmocrmWebhook", read: reading(amocrmWebhookNames) },
    { id: "DeliverySender", read: checking(deliverySenderEnvironment) },
    { id: "Caretaker", read: checking(caretakerEnvironment) },
    { id: "RolloutCheck", read: reading(rolloutCheckNames) },
  ])("$id starts with exactly its variables", ({ id, read }) => {
    const lambda = propertiesOf("AWS::Lambda::Function", `${id}Function`);
    const { Variables } = lambda["Environment"] as { Variables: Record<string, unknown> };
    const values = Object.entries(Variables).map(([name, value]) => [name, asDeployed(value)]);

    const environment = read(Object.fromEntries(values));

    expect(Object.keys(Variables).toSorted()).toEqual(Object.keys(environment).toSorted());
  });

  test.each(functions)("%s writes JSON logs to its own group, which expires", (id) => {
    // Accepted webhooks are logged only if the stage sets it.
    const isWebhook = id === "TelegramWebhook" || id === "AmocrmWebhook";
    const [logGroup, { Properties }] = findResource(template, "AWS::Logs::LogGroup", `${id}Logs`);

    expect(propertiesOf("AWS::Lambda::Function", `${id}Function`)["LoggingConfig"]).toEqual({
      LogFormat: "JSON",
      ApplicationLogLevel: isWebhook ? "WARN" : "INFO",
      SystemLogLevel: "WARN",
      LogGroup: { Ref: logGroup },
    });
    expect(Properties["RetentionInDays"]).toBe(30);
  });

  test.each(["TelegramWebhook", "AmocrmWebhook"])(
    "%s ends soon after amoCRM stops waiting",
    (id) => {
      expect(propertiesOf("AWS::Lambda::Function", `${id}Function`)["Timeout"]).toBe(6);
    },
  );
});
