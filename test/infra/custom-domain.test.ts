import { describe, expect, test } from "@jest/globals";
import {
  aBridge,
  aRetainedStage,
  aStage,
  findResource,
  resourcesOf,
  templateOf,
} from "./synthesize.ts";

const { domain } = aRetainedStage.bridges.main;
const mediaDomain = {
  host: "files.example.com",
  certificateArn: domain.certificateArn.replace("eu-central-1", "us-east-1"),
};
const withBridge = (change: object) =>
  templateOf({ ...aStage, bridges: { main: { ...aBridge, ...change } } });
const outputsOf = (template: ReturnType<typeof templateOf>) => template.toJSON()["Outputs"];
const propertiesOf = (template: ReturnType<typeof templateOf>, type: string, id: string) =>
  findResource(template, type, id)[1].Properties;

describe("a bridge with a host of its own for the webhooks", () => {
  const template = withBridge({ domain });
  const [api, { Properties: apiProperties }] = findResource(
    template,
    "AWS::ApiGatewayV2::Api",
    "WebhooksApi",
  );

  test("answers there with its own certificate and TLS 1.2", () => {
    expect(
      propertiesOf(template, "AWS::ApiGatewayV2::DomainName", "WebhooksDomainName"),
    ).toMatchObject({
      DomainName: "bridge.example.com",
      DomainNameConfigurations: [
        {
          CertificateArn: domain.certificateArn,
          EndpointType: "REGIONAL",
          SecurityPolicy: "TLS_1_2",
        },
      ],
    });
  });

  test("answers there with the API's only stage, at the root", () => {
    const [, mapping] = findResource(
      template,
      "AWS::ApiGatewayV2::ApiMapping",
      "WebhooksDomainMapping",
    );
    const [name] = findResource(template, "AWS::ApiGatewayV2::DomainName", "WebhooksDomainName");
    const [stage] = findResource(template, "AWS::ApiGatewayV2::Stage", "WebhooksStage");

    expect(mapping).toMatchObject({
      Properties: { ApiId: { Ref: api }, DomainName: { Ref: name }, Stage: "$default" },
      DependsOn: expect.arrayContaining([stage]),
    });
    expect(mapping.Properties).not.toHaveProperty("ApiMappingKey");
  });

  test("answers nowhere else", () => {
    expect(apiProperties["DisableExecuteApiEndpoint"]).toBe(true);
  });

  test("answers at the former address as well, where amoCRM may still call it", () => {
    const moving = withBridge({ domain: { ...domain, keepFormerAddress: true } });

    expect(
      propertiesOf(moving, "AWS::ApiGatewayV2::Api", "WebhooksApi")["DisableExecuteApiEndpoint"],
    ).toBe(false);
  });

  test("tells everybody this host, and the DNS target while the record is left to the team", () => {
    const caretaker = propertiesOf(template, "AWS::Lambda::Function", "CaretakerFunction");
    const [name] = findResource(template, "AWS::ApiGatewayV2::DomainName", "WebhooksDomainName");

    expect(outputsOf(template)).toMatchObject({
      WebhookUrl: { Value: "https://bridge.example.com" },
      WebhookDnsTarget: { Value: { "Fn::GetAtt": [name, "RegionalDomainName"] } },
    });
    expect(caretaker["Environment"]).toMatchObject({
      Variables: { WEBHOOK_URL: "https://bridge.example.com" },
    });
    expect(resourcesOf(template, "AWS::Route53::RecordSet")).toEqual([]);
  });

  test("makes the record where the zone is named, and asks for none", () => {
    const zone = { id: "Z0123456789EXAMPLE", name: "example.com" };
    const zoned = withBridge({ domain: { ...domain, hostedZone: zone } });
    const [name] = findResource(zoned, "AWS::ApiGatewayV2::DomainName", "WebhooksDomainName");

    expect(propertiesOf(zoned, "AWS::Route53::RecordSet", "WebhooksDomainRecord")).toEqual({
      Name: "bridge.example.com.",
      Type: "A",
      HostedZoneId: zone.id,
      AliasTarget: {
        DNSName: { "Fn::GetAtt": [name, "RegionalDomainName"] },
        HostedZoneId: { "Fn::GetAtt": [name, "RegionalHostedZoneId"] },
      },
    });
    expect(outputsOf(zoned)).not.toHaveProperty("WebhookDnsTarget");
  });
});

describe("a bridge with a host of its own for files", () => {
  const template = withBridge({ mediaDomain });
  const [distribution, { Properties }] = findResource(
    template,
    "AWS::CloudFront::Distribution",
    "MediaDistribution",
  );

  test("serves them there with its own certificate, and with no TLS below 1.2", () => {
    expect(Properties["DistributionConfig"]).toMatchObject({
      Aliases: ["files.example.com"],
      ViewerCertificate: {
        AcmCertificateArn: mediaDomain.certificateArn,
        MinimumProtocolVersion: "TLSv1.2_2021",
        SslSupportMethod: "sni-only",
      },
    });
  });

  test("links to this host, and says where its DNS record must lead", () => {
    expect(outputsOf(template)).toMatchObject({
      MediaBaseUrl: { Value: "https://files.example.com" },
      MediaDnsTarget: { Value: { "Fn::GetAtt": [distribution, "DomainName"] } },
    });
  });
});

describe("a bridge without", () => {
  const template = withBridge({});

  test("answers at the API's own address, and serves files at CloudFront's", () => {
    const [api, { Properties }] = findResource(template, "AWS::ApiGatewayV2::Api", "WebhooksApi");

    expect(outputsOf(template)).toMatchObject({
      WebhookUrl: { Value: { "Fn::GetAtt": [api, "ApiEndpoint"] } },
    });
    expect(Properties["DisableExecuteApiEndpoint"]).toBe(false);
    expect(outputsOf(template)).not.toHaveProperty("WebhookDnsTarget");
    expect(outputsOf(template)).not.toHaveProperty("MediaDnsTarget");
    expect(resourcesOf(template, "AWS::ApiGatewayV2::DomainName")).toEqual([]);
  });
});
