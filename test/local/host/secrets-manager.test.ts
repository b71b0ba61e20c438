import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { startAws } from "../../../local/host/aws/local-aws.ts";

describe("Secrets Manager stand-in", () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    aws = await startAws(() => undefined);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    client = new SecretsManagerClient({ endpoint: aws.endpoint, region: "us-east-1", credentials });
  });
  afterAll(async () => {
    client.destroy();
    await aws.close();
  });

  const create = (Name: string, SecretString?: string) =>
    client.send(new CreateSecretCommand({ Name, SecretString }));
  const put = (SecretId: string, SecretString: string, ClientRequestToken?: string) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
  const get = async (SecretId: string, VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;

  test("finds a secret by name, by ARN and by ARN without its suffix", async () => {
    const { ARN = "" } = await create("found", "value");

    expect(await get("found")).toBe("value");
    expect(await get(ARN)).toBe("value");
    expect(await get(ARN.slice(0, -7))).toBe("value");
  });

  test("moves the stages for a new value: current becomes previous, and previous is removed", async () => {
    await create("rotated", "first");

    await put("rotated", "second");
    await put("rotated", "third");

    expect(await get("rotated")).toBe("third");
    expect(await get("rotated", "AWSCURRENT")).toBe("third");
    expect(await get("rotated", "AWSPREVIOUS")).toBe("second");
    const described = await client.send(new DescribeSecretCommand({ SecretId: "rotated" }));
    expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([
      ["AWSPREVIOUS"],
      ["AWSCURRENT"],
    ]);
    const listed = await client.send(new ListSecretVersionIdsCommand({ SecretId: "rotated" }));
    expect(listed.Versions).toHaveLength(3);
  });

  test("makes no second version for a repeated write with the same token", async () => {
    await create("repeated", "first");
    const token = "0123456789abcdef0123456789abcdef";

    const one = await put("repeated", "second", token);
    const two = await put("repeated", "second", token);

    expect(two.VersionId).toBe(one.VersionId);
    expect(await get("repeated", "AWSPREVIOUS")).toBe("first");
    await expect(put("repeated", "third", token)).rejects.toThrow(ResourceExistsException);
  });

  test("returns a typed error for a secret that does not exist", async () => {
    await create("empty");

    await expect(get("nothing")).rejects.toThrow(ResourceNotFoundException);
    await expect(get("empty")).rejects.toThrow(ResourceNotFoundException);
    await expect(get("nothing", "AWSPREVIOUS")).rejects.toThrow(ResourceNotFoundException);
    await expect(create("empty")).rejects.toThrow(ResourceExistsException);
  });
});
