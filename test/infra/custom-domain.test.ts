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

describe("a bridge with its own host for the webhooks", () => {
  const template = withBridge({ domain });
  const [api, { Properties: apiProperties }] = findResource(
    template,
    "AWS::ApiGatewayV2::Api",
    "WebhooksApi",
  );

  test("answers at the host with its own certificate and TLS 1.2", () => {
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

  test("answers at the host with the API's only stage, at the root", () => {
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

  test("answers at no other address", () => {
    expect(apiProperties["DisableExecuteApiEndpoint"]).toBe(true);
  });

  test("answers also at the former address, if amoCRM may still call it", () => {
    const moving = withBridge({ domain: { ...domain, keepFormerAddress: true } });

    expect(
      propertiesOf(moving, "AWS::ApiGatewayV2::Api", "WebhooksApi")["DisableExecuteApiEndpoint"],
    ).toBe(false);
  });

  test("outputs this host, and the DNS target if the team makes the record", () => {
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

  test("makes the record if the zone is given, and outputs its target", () => {
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
    expect(outputsOf(zoned)).toHaveProperty("WebhookDnsTarget");
  });
});

describe("a bridge with its own host for files", () => {
  const template = withBridge({ mediaDomain });
  const [distribution, { Properties }] = findResource(
    template,
    "AWS::CloudFront::Distribution",
    "MediaDistribution",
  );

  test("serves files at the host with its own certificate, and with TLS 1.2 or later", () => {
    expect(Properties["DistributionConfig"]).toMatchObject({
      Aliases: ["files.example.com"],
      ViewerCertificate: {
        AcmCertificateArn: mediaDomain.certificateArn,
        MinimumProtocolVersion: "TLSv1.2_2021",
        SslSupportMethod: "sni-only",
      },
    });
  });

  test("links to this host, and outputs the target of its DNS record", () => {
    expect(outputsOf(template)).toMatchObject({
      MediaBaseUrl: { Value: "https://files.example.com" },
      MediaDnsTarget: { Value: { "Fn::GetAtt": [distribution, "DomainName"] } },
    });
    expect(resourcesOf(template, "AWS::Route53::RecordSet")).toEqual([]);
  });

  test("makes the records if the zone is given, for IPv4 and IPv6, and outputs their target", () => {
    const zone = { id: "Z0123456789EXAMPLE", name: "example.com" };
    const zoned = withBridge({ mediaDomain: { ...mediaDomain, hostedZone: zone } });
    const [target, { Properties: serving }] = findResource(
      zoned,
      "AWS::CloudFront::Distribution",
      "MediaDistribution",
    );
    const records = resourcesOf(zoned, "AWS::Route53::RecordSet").map(([, each]) => each);

    expect(records.map(({ Properties: { Type } }) => Type)).toEqual(["A", "AAAA"]);
    for (const { Properties: record } of records) {
      expect(record).toMatchObject({
        Name: "files.example.com.",
        HostedZoneId: zone.id,
        AliasTarget: { DNSName: { "Fn::GetAtt": [target, "DomainName"] } },
      });
    }
    expect(serving["DistributionConfig"]).toMatchObject({ IPV6Enabled: true });
    expect(outputsOf(zoned)).toHaveProperty("MediaDnsTarget");
  });
});

test.each([
  {
    when: "with both hosts",
    bridge: { domain, mediaDomain },
    hosts: "bridge.example.com,files.example.com",
  },
  { when: "with its own host for files", bridge: { mediaDomain }, hosts: "files.example.com" },
  { when: "without its own hosts", bridge: {}, hosts: "" },
])("the caretaker of a bridge $when watches the certificates of $hosts", ({ bridge, hosts }) => {
  const template = withBridge(bridge);
  const [, { Properties }] = findResource(template, "AWS::Lambda::Function", "CaretakerFunction");

  expect(Properties["Environment"]).toMatchObject({
    Variables: {
      CERTIFICATE_HOSTS: hosts,
      MEDIA_BASE_URL: (outputsOf(template) as Record<string, { Value: unknown }>)["MediaBaseUrl"]
        ?.Value,
    },
  });
});

describe("a bridge without its own hosts", () => {
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
