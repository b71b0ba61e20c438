import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
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
  const put = (SecretId: string, SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const get = async (SecretId: string, VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;

  test("finds a secret by name, by ARN and by ARN without its suffix", async () => {
    const { ARN = "" } = await create("found", "value");

    expect(await get("found")).toBe("value");
    expect(await get(ARN)).toBe("value");
    expect(await get(ARN.slice(0, -7))).toBe("value");
  });

  test("keeps only the last value, and refuses to read an earlier one", async () => {
    await create("rotated", "first");

    await put("rotated", "second");
    await put("rotated", "third");

    expect(await get("rotated")).toBe("third");
    expect(await get("rotated", "AWSCURRENT")).toBe("third");
    await expect(get("rotated", "AWSPREVIOUS")).rejects.toThrow("only the current value");
    const described = await client.send(new DescribeSecretCommand({ SecretId: "rotated" }));
    expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([["AWSCURRENT"]]);
  });

  test("returns a typed error for a secret that does not exist", async () => {
    await create("empty");

    await expect(get("nothing")).rejects.toThrow(ResourceNotFoundException);
    await expect(get("empty")).rejects.toThrow(ResourceNotFoundException);
    await expect(create("empty")).rejects.toThrow(ResourceExistsException);
  });
});
