import { createHash, randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError } from "./aws-client.ts";
import { arnOf } from "./names.ts";

type Version = {
  readonly id: string;
  readonly text: string | undefined;
  readonly binary: string | undefined;
  readonly createdSeconds: number;
  readonly stages: Set<string>;
};
type Secret = { readonly name: string; readonly arn: string; readonly versions: Version[] };

const newValue = {
  SecretString: z.optional(z.string()),
  SecretBinary: z.optional(z.string()),
  ClientRequestToken: z.optional(z.string()),
};
const inputs = {
  create: z.object({ Name: z.string(), ...newValue }),
  get: z.object({
    SecretId: z.string(),
    VersionId: z.optional(z.string()),
    VersionStage: z.optional(z.string()),
  }),
  put: z.object({
    SecretId: z.string(),
    VersionStages: z._default(z.array(z.string()), ["AWSCURRENT"]),
    ...newValue,
  }),
  describe: z.object({ SecretId: z.string() }),
};

/**
 * Our own stand-in for Secrets Manager: values, versions and stages in memory. Not AWS: no rotation
 * functions, encryption keys, tags, replication or deletion.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export class SecretsManager {
  readonly #secrets: Secret[] = [];

  /** Answers one action, or throws the service's own error. */
  handle(action: string, input: unknown): object {
    switch (action) {
      case "CreateSecret":
        return this.#create(inputs.create.parse(input));
      case "GetSecretValue":
        return this.#get(inputs.get.parse(input));
      case "PutSecretValue":
        return this.#put(inputs.put.parse(input));
      case "DescribeSecret":
        return this.#describe(inputs.describe.parse(input));
      case "ListSecretVersionIds":
        return this.#listVersions(inputs.describe.parse(input));
      default:
        throw new AwsError("UnknownOperationException", `${action} is not part of this stand-in.`);
    }
  }

  /** The full ARN for a name, a full ARN or an ARN without its random end. `undefined` if unknown. */
  arnOf(secretId: string): string | undefined {
    return this.#secrets.find(
      ({ name, arn }) => secretId === name || secretId === arn || secretId === arn.slice(0, -7),
    )?.arn;
  }

  #create(input: z.output<typeof inputs.create>): object {
    if (this.#secrets.some(({ name }) => name === input.Name)) {
      throw new AwsError("ResourceExistsException", `The secret ${input.Name} already exists.`);
    }
    // AWS's ending is random. A derived ending lets a person compare two runs.
    const ending = createHash("sha256").update(input.Name).digest("hex").slice(0, 6);
    const arn = arnOf("secretsmanager", `secret:${input.Name}-${ending}`);
    const secret: Secret = { name: input.Name, arn, versions: [] };
    this.#secrets.push(secret);
    const isEmpty = input.SecretString === undefined && input.SecretBinary === undefined;
    const version = isEmpty ? {} : { VersionId: addVersion(secret, input, ["AWSCURRENT"]).id };
    return { ARN: arn, Name: secret.name, ...version };
  }

  #get(input: z.output<typeof inputs.get>): object {
    const secret = this.#find(input.SecretId);
    const stage = input.VersionStage ?? (input.VersionId === undefined ? "AWSCURRENT" : undefined);
    const version = secret.versions.find(
      ({ id, stages }) =>
        (input.VersionId === undefined || id === input.VersionId) &&
        (stage === undefined || stages.has(stage)),
    );
    if (version === undefined) {
      const wanted =
        stage === undefined ? `VersionId: ${input.VersionId}` : `staging label: ${stage}`;
      const sentence = `Secrets Manager can't find the specified secret value for ${wanted}`;
      throw new AwsError("ResourceNotFoundException", sentence);
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: [...version.stages],
      CreatedDate: version.createdSeconds,
      ...(version.text === undefined ? {} : { SecretString: version.text }),
      ...(version.binary === undefined ? {} : { SecretBinary: version.binary }),
    };
  }

  #put(input: z.output<typeof inputs.put>): object {
    const secret = this.#find(input.SecretId);
    const known = secret.versions.find(({ id }) => id === input.ClientRequestToken);
    const isRepeat = known?.text === input.SecretString && known?.binary === input.SecretBinary;
    if (known !== undefined && !isRepeat) {
      const sentence = "A version with this token already exists and its value is different.";
      throw new AwsError("ResourceExistsException", sentence);
    }
    const version = known ?? addVersion(secret, input, input.VersionStages);
    const { arn, name } = secret;
    return { ARN: arn, Name: name, VersionId: version.id, VersionStages: [...version.stages] };
  }

  #describe(input: z.output<typeof inputs.describe>): object {
    const { arn, name, versions } = this.#find(input.SecretId);
    const staged = versions.filter(({ stages }) => stages.size > 0);
    const VersionIdsToStages = Object.fromEntries(staged.map((v) => [v.id, [...v.stages]]));
    return { ARN: arn, Name: name, VersionIdsToStages };
  }

  #listVersions(input: z.output<typeof inputs.describe>): object {
    const { arn, name, versions } = this.#find(input.SecretId);
    const Versions = versions.map(({ id, stages, createdSeconds }) => {
      return { VersionId: id, VersionStages: [...stages], CreatedDate: createdSeconds };
    });
    return { ARN: arn, Name: name, Versions };
  }

  #find(secretId: string): Secret {
    const arn = this.arnOf(secretId);
    const secret = this.#secrets.find((candidate) => candidate.arn === arn);
    if (secret !== undefined) return secret;
    const sentence = "Secrets Manager can't find the specified secret.";
    throw new AwsError("ResourceNotFoundException", sentence);
  }
}

function addVersion(
  secret: Secret,
  value: z.output<typeof inputs.create> | z.output<typeof inputs.put>,
  stages: readonly string[],
): Version {
  // The version that loses AWSCURRENT gets AWSPREVIOUS. A stage is never on two versions.
  if (stages.includes("AWSCURRENT")) {
    const current = secret.versions.find((version) => version.stages.has("AWSCURRENT"));
    for (const version of secret.versions) {
      if (current !== undefined) version.stages.delete("AWSPREVIOUS");
    }
    current?.stages.add("AWSPREVIOUS");
  }
  for (const version of secret.versions) for (const stage of stages) version.stages.delete(stage);
  const version: Version = {
    id: value.ClientRequestToken ?? randomUUID(),
    text: value.SecretString,
    binary: value.SecretBinary,
    createdSeconds: Date.now() / 1000,
    stages: new Set(stages),
  };
  secret.versions.push(version);
  return version;
}
