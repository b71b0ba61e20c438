import { describe, expect, test } from "@jest/globals";
import { aBridge, aStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();
const propertiesOf = (type: string, id: string) => findResource(template, type, id)[1].Properties;
const [bucketId, { Properties: bucket }] = findResource(template, "AWS::S3::Bucket", "MediaBucket");
const distribution = propertiesOf("AWS::CloudFront::Distribution", "MediaDistribution")[
  "DistributionConfig"
] as Record<string, unknown>;
const arnOfBucket = { "Fn::GetAtt": [bucketId, "Arn"] };
const arnOfFiles = { "Fn::Join": ["", [arnOfBucket, "/*"]] };

describe("the bucket of customers' files", () => {
  test("is private", () => {
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    });
    expect(bucket).not.toHaveProperty("WebsiteConfiguration");
    expect(bucket).not.toHaveProperty("AccessControl");
  });

  test("is encrypted, and CloudFormation names it", () => {
    expect(bucket["BucketEncryption"]).toEqual({
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
      ],
    });
    expect(bucket).not.toHaveProperty("BucketName");
  });

  test.each([
    { given: {}, days: 365 },
    { given: { mediaDays: 30 }, days: 30 },
  ])("deletes a file after $days days", ({ given, days }) => {
    const [, { Properties }] = findResource(
      templateOf({ ...aStage, ...given }),
      "AWS::S3::Bucket",
      "MediaBucket",
    );

    expect(Properties["LifecycleConfiguration"]).toEqual({
      Rules: [
        {
          Id: "Expiry",
          Status: "Enabled",
          ExpirationInDays: days,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    });
    expect(Properties).not.toHaveProperty("VersioningConfiguration");
  });

  test("allows this distribution to read files, and denies all access without TLS 1.2", () => {
    const [distributionId] = findResource(
      template,
      "AWS::CloudFront::Distribution",
      "MediaDistribution",
    );
    const sourceArn = [
      "arn:",
      { Ref: "AWS::Partition" },
      ":cloudfront::",
      { Ref: "AWS::AccountId" },
      ":distribution/",
      { Ref: distributionId },
    ];
    const refused = {
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:*",
      Resource: [arnOfBucket, arnOfFiles],
    };

    expect(propertiesOf("AWS::S3::BucketPolicy", "MediaBucketPolicy")).toMatchObject({
      Bucket: { Ref: bucketId },
      PolicyDocument: {
        Statement: [
          { ...refused, Condition: { Bool: { "aws:SecureTransport": "false" } } },
          { ...refused, Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } } },
          {
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Action: "s3:GetObject",
            Resource: arnOfFiles,
            Condition: { StringEquals: { "AWS:SourceArn": { "Fn::Join": ["", sourceArn] } } },
          },
        ],
      },
    });
  });
});

describe("the distribution", () => {
  const behavior = distribution["DefaultCacheBehavior"] as Record<string, unknown>;

  test("reads only the bucket, by signed requests", () => {
    const [accessId, { Properties: access }] = findResource(
      template,
      "AWS::CloudFront::OriginAccessControl",
      "MediaAccess",
    );

    expect(distribution["Origins"]).toMatchObject([
      {
        DomainName: { "Fn::GetAtt": [bucketId, "RegionalDomainName"] },
        OriginAccessControlId: { "Fn::GetAtt": [accessId, "Id"] },
        S3OriginConfig: { OriginAccessIdentity: "" },
      },
    ]);
    expect(access["OriginAccessControlConfig"]).toMatchObject({
      OriginAccessControlOriginType: "s3",
      SigningBehavior: "always",
      SigningProtocol: "sigv4",
    });
  });

  test("allows only reads over https", () => {
    expect(behavior).toMatchObject({
      AllowedMethods: ["GET", "HEAD"],
      ViewerProtocolPolicy: "https-only",
      Compress: false,
    });
    expect(distribution).not.toHaveProperty("CacheBehaviors");
    expect(distribution).not.toHaveProperty("DefaultRootObject");
  });

  test("has no cache and no log, so a deleted file and its path are gone", () => {
    const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

    expect(behavior["CachePolicyId"]).toBe(cachingDisabled);
    expect(distribution).not.toHaveProperty("Logging");
  });

  test("does not let customers' files run code", () => {
    const [policyId, { Properties: policy }] = findResource(
      template,
      "AWS::CloudFront::ResponseHeadersPolicy",
      "MediaHeaders",
    );

    expect(behavior["ResponseHeadersPolicyId"]).toEqual({ Ref: policyId });
    expect(policy["ResponseHeadersPolicyConfig"]).toMatchObject({
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          ContentSecurityPolicy: "default-src 'none'; sandbox",
          Override: true,
        },
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
      },
    });
  });
});

test("the sender gets bucket, address and the hosts of attachments", () => {
  const variablesOf = (stage: unknown) => {
    const [, { Properties }] = findResource(
      templateOf(stage),
      "AWS::Lambda::Function",
      "DeliverySenderFunction",
    );
    return (Properties["Environment"] as { Variables: Record<string, unknown> }).Variables;
  };
  const [main] = Object.values(aStage.bridges);
  const bridges = { main: { ...main, mediaAllowedHosts: ["files.example.com"] } };

  expect(variablesOf(aStage)).toMatchObject({
    MEDIA_BUCKET: { Ref: bucketId },
    MEDIA_ALLOWED_HOSTS:
      "amojo.amocrm.ru,amojo.amocrm.com,amojo.kommo.com,*.amocrm.ru,*.amocrm.com,*.kommo.com",
  });
  expect(variablesOf({ ...aStage, bridges })["MEDIA_ALLOWED_HOSTS"]).toBe("files.example.com");
});

test.each([
  ["AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig", 64],
  ["AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig", 128],
] as const)(
  "%s, which belongs to the account, has a name for each region, stage and bridge",
  (type, config, mostLength) => {
    const longest = "a".repeat(24);
    const nameIn = (region: string, bridge: string) => {
      const template = templateOf({ ...aStage, region, bridges: { [bridge]: aBridge } });
      const [[, { Properties }] = ["", { Properties: {} }]] = resourcesOf(template, type);
      return (Properties as Record<string, { Name: string }>)[config]?.Name ?? "";
    };
    const names = [
      nameIn("eu-central-1", "main"),
      nameIn("ap-southeast-2", "main"),
      nameIn("ap-southeast-2", longest),
      nameIn("ap-southeast-2", `${longest.slice(1)}b`),
    ];

    expect(new Set(names).size).toBe(4);
    for (const name of names) {
      expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(name.length).toBeLessThanOrEqual(mostLength);
    }
  },
);
