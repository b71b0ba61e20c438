import { describe, expect, test } from "@jest/globals";
import { aRetainedStage, aStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();
const [bucketId, { Properties: bucket }] = findResource(
  template,
  "AWS::S3::Bucket",
  "BodiesBucket",
);
const arnOfBucket = { "Fn::GetAtt": [bucketId, "Arn"] };

describe("the bucket of large bodies", () => {
  test("is encrypted and private, and CloudFormation names it", () => {
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
        ],
      },
    });
    expect(bucket).not.toHaveProperty("BucketName");
    expect(bucket).not.toHaveProperty("VersioningConfiguration");
  });

  test("deletes a body after 60 days, unless its event is parked", () => {
    expect(bucket["LifecycleConfiguration"]).toEqual({
      Rules: [
        { Id: "Expiry", Status: "Enabled", Prefix: "bodies/", ExpirationInDays: 60 },
        {
          Id: "Uploads",
          Status: "Enabled",
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    });
  });

  test("has no distribution, no access for other accounts, and no access without TLS 1.2", () => {
    const refused = {
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:*",
      Resource: [arnOfBucket, { "Fn::Join": ["", [arnOfBucket, "/*"]] }],
    };
    const [, { Properties }] = findResource(
      template,
      "AWS::S3::BucketPolicy",
      "BodiesBucketPolicy",
    );

    expect(Properties).toMatchObject({ Bucket: { Ref: bucketId } });
    expect((Properties["PolicyDocument"] as { Statement: unknown[] }).Statement).toEqual([
      { ...refused, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { ...refused, Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } } },
    ]);
    const distributions = resourcesOf(template, "AWS::CloudFront::Distribution");
    expect(JSON.stringify(distributions)).not.toContain(bucketId);
  });

  test.each([
    { name: "a stage that retains its data", stage: aRetainedStage },
    { name: "one that does not", stage: aStage },
  ])("stays when the stack of $name is deleted, unless its creation failed", ({ stage }) => {
    const [, resource] = findResource(templateOf(stage), "AWS::S3::Bucket", "BodiesBucket");

    expect(resource).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });
});

test.each(["TelegramWebhook", "AmocrmWebhook", "DeliverySender", "Caretaker"])(
  "%s gets the name of the bucket",
  (name) => {
    const [, { Properties }] = findResource(template, "AWS::Lambda::Function", `${name}Function`);

    expect(Properties["Environment"]).toMatchObject({
      Variables: { BODIES_BUCKET: { Ref: bucketId } },
    });
  },
);
