import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { aFunction, anApi, aRole, hostOf } from "./support.ts";
import type { TestHost } from "./support.ts";

const sdk = createRequire(import.meta.url);
const source = `
import { S3Client, PutObjectCommand, GetObjectCommand } from ${JSON.stringify(sdk.resolve("@aws-sdk/client-s3"))};
const { BUCKET: Bucket, BASE_URL } = process.env;
const s3 = new S3Client({});
const described = { ContentType: "image/png", ContentDisposition: "inline", CacheControl: "private" };
const calls = {
  put: () => s3.send(new PutObjectCommand({ Bucket, Key: "put_-.png", Body: "\\u0000picture", ...described })),
  otherKey: () => s3.send(new PutObjectCommand({ Bucket, Key: "other/k", Body: "x" })),
  get: () => s3.send(new GetObjectCommand({ Bucket, Key: "put_-.png" })),
};
export const handler = async (event) => {
  try {
    const name = event.rawPath.slice(1);
    if (name === "base") return { statusCode: 200, body: BASE_URL };
    await calls[name]();
    return { statusCode: 200, body: "done" };
  } catch (error) {
    return { statusCode: 403, body: error.name + ": " + error.message };
  }
};`;

const headers = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=60",
};
const origin = (bucket: string) => ({
  Id: "origin",
  DomainName: { "Fn::GetAtt": [bucket, "RegionalDomainName"] },
  OriginAccessControlId: { "Fn::GetAtt": ["Access", "Id"] },
});
const aDistribution = (config: object) => ({
  Type: "AWS::CloudFront::Distribution",
  Properties: {
    DistributionConfig: {
      Enabled: true,
      Origins: [origin("Bucket")],
      DefaultCacheBehavior: {
        AllowedMethods: ["GET", "HEAD"],
        ResponseHeadersPolicyId: { Ref: "Headers" },
      },
      ...config,
    },
  },
});
const theBucket = {
  Bucket: { Type: "AWS::S3::Bucket", Properties: { OwnershipControls: {} } },
  Access: { Type: "AWS::CloudFront::OriginAccessControl" },
  Policy: { Type: "AWS::S3::BucketPolicy", Properties: { Bucket: { Ref: "Bucket" } } },
  Headers: {
    Type: "AWS::CloudFront::ResponseHeadersPolicy",
    Properties: {
      ResponseHeadersPolicyConfig: {
        Name: "headers",
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          ContentSecurityPolicy: { ContentSecurityPolicy: "sandbox", Override: true },
          ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 60, Override: true },
        },
      },
    },
  },
};
const baseUrl = { "Fn::Join": ["", ["https://", { "Fn::GetAtt": ["Files", "DomainName"] }]] };

describe("a bucket behind a distribution", () => {
  let host: TestHost;

  beforeAll(async () => {
    host = await hostOf(
      {
        Resources: {
          ...theBucket,
          Files: aDistribution({}),
          Role: aRole({
            Effect: "Allow",
            Action: "s3:PutObject",
            Resource: { "Fn::Sub": "${Bucket.Arn}/put*" },
          }),
          Web: aFunction("web", {
            Environment: { Variables: { BUCKET: { Ref: "Bucket" }, BASE_URL: baseUrl } },
          }),
          ...anApi("Web", "$default"),
        },
        Outputs: { BaseUrl: { Value: baseUrl } },
      },
      { web: source },
    );
    await call("put");
  });
  afterAll(() => host.close());

  const call = async (name: string) => {
    const response = await fetch(`${host.url}/${name}`);
    return { status: response.status, body: await response.text() };
  };

  test("accepts files that the role may put, from an SDK without any host configuration", async () => {
    expect(await call("put")).toEqual({ status: 200, body: "done" });
  });

  test.each([
    { name: "get", action: "s3:GetObject" },
    { name: "otherKey", action: "s3:PutObject" },
  ])(
    "refuses requests that the role may not make, as AWS does: $name",
    async ({ name, action }) => {
      const { status, body } = await call(name);

      expect(status).toBe(403);
      expect(body).toMatch(/^AccessDenied: User: arn:aws:sts::.* is not authorized to perform: /);
      expect(body).toContain(`${action} on resource: arn:aws:s3:::bucket-`);
    },
  );

  test("is public under the address in the function's variables and in the outputs", async () => {
    const { body: base } = await call("base");

    const response = await fetch(`${base}/put_-.png?anything`);

    expect([base, host.outputs["BaseUrl"]]).toEqual([host.mediaUrl, host.mediaUrl]);
    expect(host.mediaUrl).not.toBe(host.url);
    expect(await response.text()).toBe("\u0000picture");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      ...headers,
      "content-type": "image/png",
      "content-disposition": "inline",
      "cache-control": "private",
      "content-length": "8",
    });
  });

  test("answers HEAD like GET, without the file", async () => {
    const response = await fetch(`${host.mediaUrl}/put_-.png`, { method: "HEAD" });

    expect(await response.text()).toBe("");
    expect(response.headers.get("content-length")).toBe("8");
  });

  test.each([
    { method: "GET", path: "/missing.png" },
    { method: "GET", path: "/" },
    { method: "GET", path: "/%E0%A4%A" },
    { method: "GET", path: "/..%2f..%2f" },
    { method: "GET", path: "/..%2f.." },
    { method: "GET", path: "/x%2f..%2fput_-.png" },
    { method: "GET", path: "/%2e%2e%2fbucket%2fput_-.png" },
    { method: "GET", path: "/.%2fput_-.png" },
    { method: "GET", path: "/?list-type=2" },
    { method: "PUT", path: "/put_-.png" },
    { method: "DELETE", path: "/put_-.png" },
  ])("answers 403 to everything else: $method $path", async ({ method, path }) => {
    const response = await fetch(host.mediaUrl + path, { method });

    expect(response.status).toBe(403);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
  });
});

test("uses a configured address of the files instead of the host's own", async () => {
  const Resources = {
    ...theBucket,
    Files: aDistribution({}),
    Role: aRole(),
    Web: aFunction("web", { Environment: { Variables: { BASE_URL: baseUrl } } }),
    ...anApi("Web", "$default"),
  };
  const preset = { environment: { BASE_URL: "https://files.example" } };
  const host = await hostOf({ Resources }, { web: source }, preset);

  const base = await (await fetch(`${host.url}/base`)).text();
  await host.close();

  expect(base).toBe("https://files.example");
});

describe("a resource that the host cannot serve", () => {
  const second = { Second: aDistribution({}) };

  test.each([
    {
      name: "a second distribution",
      config: {},
      others: second,
      sentence: "the stack has a second",
    },
    {
      name: "an origin outside the stack",
      config: { Origins: [{ ...origin("Bucket"), DomainName: "example.com" }] },
      others: {},
      sentence: "not a bucket of this stack",
    },
    {
      name: "a behavior for some of the paths",
      config: { CacheBehaviors: [{ PathPattern: "/a/*" }] },
      others: {},
      sentence: "cache behaviors do not run",
    },
  ])("$name is refused with a sentence", async ({ config, others, sentence }) => {
    const Resources = { ...theBucket, Files: aDistribution(config), ...others };

    await expect(hostOf({ Resources }, {})).rejects.toThrow(sentence);
  });
});
