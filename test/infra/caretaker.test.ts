import { describe, expect, test } from "@jest/globals";
import { aBridge, aStage, findResource, templateOf } from "./synthesize.ts";

const template = templateOf();
const propertiesOf = (type: string, id: string) => findResource(template, type, id)[1].Properties;
const idOf = (type: string, id: string) => findResource(template, type, id)[0];

describe("the caretaker", () => {
  const caretaker = () => idOf("AWS::Lambda::Function", "CaretakerFunction");

  test("is started every minute, and ends before the next run", () => {
    template.resourceCountIs("AWS::Events::Rule", 1);

    expect(propertiesOf("AWS::Events::Rule", "CaretakerScheduleRule")).toMatchObject({
      ScheduleExpression: "rate(1 minute)",
      State: "ENABLED",
      Targets: [{ Arn: { Ref: idOf("AWS::Lambda::Alias", "CaretakerLive") } }],
    });
    expect(propertiesOf("AWS::Lambda::Function", "CaretakerFunction")["Timeout"]).toBe(55);
  });

  test("is not started again for a past minute", () => {
    const rule = propertiesOf("AWS::Events::Rule", "CaretakerScheduleRule");

    expect(rule["Targets"]).toMatchObject([
      { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    ]);
    template.resourceCountIs("AWS::Lambda::EventInvokeConfig", 1);
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: caretaker() },
      Qualifier: "live",
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test("compares Telegram's webhook with the address of this API", () => {
    const lambda = propertiesOf("AWS::Lambda::Function", "CaretakerFunction");
    const { Variables } = lambda["Environment"] as { Variables: Record<string, unknown> };

    expect(Variables["WEBHOOK_URL"]).toEqual({
      "Fn::GetAtt": [idOf("AWS::ApiGatewayV2::Api", "WebhooksApi"), "ApiEndpoint"],
    });
  });

  test.each(["always", "on-request"])("gets the hand-off setting %s", (handOff) => {
    const template = templateOf({ ...aStage, bridges: { main: { ...aBridge, handOff } } });

    for (const id of ["CaretakerFunction", "DeliverySenderFunction"]) {
      const [, { Properties }] = findResource(template, "AWS::Lambda::Function", id);
      expect(Properties["Environment"]).toMatchObject({ Variables: { HAND_OFF: handOff } });
    }
    expect(template.toJSON()["Outputs"]).toMatchObject({ HandOff: { Value: handOff } });
  });
});
