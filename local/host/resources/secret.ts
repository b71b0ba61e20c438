import { randomInt, randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError } from "../aws/aws-client.ts";
import type { AwsClient } from "../aws/aws-client.ts";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const flag = z._default(z.union([z.boolean(), z.stringbool()]), false);

const generation = z.object({
  SecretStringTemplate: z.optional(z.string()),
  GenerateStringKey: z.optional(z.string()),
  PasswordLength: z._default(z.coerce.number(), 32),
  ExcludeCharacters: z._default(z.string(), ""),
  ExcludePunctuation: flag,
  ExcludeNumbers: flag,
  ExcludeUppercase: flag,
  ExcludeLowercase: flag,
  IncludeSpace: flag,
});

const secretProperties = z.object({
  Name: z.optional(z.string()),
  SecretString: z.optional(z.string()),
  GenerateSecretString: z.optional(generation),
});

/** AWS::SecretsManager::Secret with the given value, the template's value, or a generated one. */
export const createSecret: CreateResource = async ({ logicalId, properties }, deployment) => {
  const { Name, SecretString, GenerateSecretString } = secretProperties.parse(properties);
  const given = deployment.secretValues.get(logicalId) ?? SecretString;
  const value =
    given ?? (GenerateSecretString === undefined ? undefined : generate(GenerateSecretString));
  const name = Name ?? generatedName(deployment.stackName, logicalId);
  const { ARN } = z
    .object({ ARN: z.string() })
    .parse(await createOrKeep(name, value, given, deployment.aws));
  return { ref: ARN, attributes: { Id: ARN } };
};

/** A secret of an earlier run, which another endpoint may still have, keeps its generated value. */
async function createOrKeep(
  name: string,
  value: string | undefined,
  given: string | undefined,
  aws: AwsClient,
): Promise<unknown> {
  try {
    const content = value === undefined ? {} : { SecretString: value };
    const input = { Name: name, ClientRequestToken: randomUUID(), ...content };
    return await aws.call("secretsmanager.CreateSecret", input);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "ResourceExistsException")) throw error;
    if (given === undefined) {
      return aws.call("secretsmanager.DescribeSecret", { SecretId: name });
    }
    const input = { SecretId: name, ClientRequestToken: randomUUID(), SecretString: given };
    return aws.call("secretsmanager.PutSecretValue", input);
  }
}

function generate(options: z.output<typeof generation>): string {
  const alphabet = [
    options.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    options.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    options.ExcludeNumbers ? "" : "0123456789",
    options.ExcludePunctuation ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    options.IncludeSpace ? " " : "",
  ].join("");
  const characters = alphabet.split("").filter((each) => !options.ExcludeCharacters.includes(each));
  const password = Array.from(
    { length: options.PasswordLength },
    () => characters[randomInt(characters.length)],
  ).join("");
  const { SecretStringTemplate, GenerateStringKey } = options;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  const fields = z.record(z.string(), z.unknown()).parse(JSON.parse(SecretStringTemplate));
  return JSON.stringify({ ...fields, [GenerateStringKey]: password });
}
