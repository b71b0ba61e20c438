import { randomUUID } from "node:crypto";
import * as z from "zod";
import { sha256 } from "../../../lambdas/http/untrusted.ts";
import { arnOf } from "./names.ts";
import { AwsError } from "./refusal.ts";

type Version = {
  readonly id: string;
  readonly text: string;
  readonly createdSeconds: number;
  readonly stages: Set<string>;
};
type Secret = { readonly name: string; readonly arn: string; readonly versions: Version[] };

const secretId = { SecretId: z.string() };
const token = { ClientRequestToken: z._default(z.string(), randomUUID) };
const inputs = {
  create: z.object({ Name: z.string(), SecretString: z.optional(z.string()), ...token }),
  get: z.object({
    ...secretId,
    VersionId: z.optional(z.string()),
    VersionStage: z.optional(z.string()),
  }),
  put: z.object({
    ...secretId,
    SecretString: z.string(),
    VersionStages: z._default(z.array(z.string()), ["AWSCURRENT"]),
    ...token,
  }),
  describe: z.object(secretId),
};

/**
 * Our own stand-in for Secrets Manager: texts, versions and stages in memory. Not AWS: no binary values,
 * rotation functions, encryption keys, tags, replication or deletion.
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

  #create({ Name, SecretString, ClientRequestToken }: z.output<typeof inputs.create>): object {
    if (this.#secrets.some(({ name }) => name === Name)) {
      throw new AwsError("ResourceExistsException", `The secret ${Name} already exists.`);
    }
    // AWS's ending is random. A derived ending lets a person compare two runs.
    const ending = sha256(Buffer.from(Name)).slice(0, 6);
    const arn = arnOf("secretsmanager", `secret:${Name}-${ending}`);
    const secret: Secret = { name: Name, arn, versions: [] };
    this.#secrets.push(secret);
    if (SecretString === undefined) return { ARN: arn, Name };
    addVersion(secret, ClientRequestToken, SecretString, ["AWSCURRENT"]);
    return { ARN: arn, Name, VersionId: ClientRequestToken };
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
      SecretString: version.text,
    };
  }

  #put(input: z.output<typeof inputs.put>): object {
    const { SecretString, ClientRequestToken, VersionStages } = input;
    const secret = this.#find(input.SecretId);
    const known = secret.versions.find(({ id }) => id === ClientRequestToken);
    if (known !== undefined && known.text !== SecretString) {
      const sentence = "A version with this token already exists and its value is different.";
      throw new AwsError("ResourceExistsException", sentence);
    }
    if (known === undefined) addVersion(secret, ClientRequestToken, SecretString, VersionStages);
    const stages = known === undefined ? VersionStages : [...known.stages];
    const { arn, name } = secret;
    return { ARN: arn, Name: name, VersionId: ClientRequestToken, VersionStages: stages };
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

function addVersion(secret: Secret, id: string, text: string, stages: readonly string[]): void {
  const current = secret.versions.find((version) => version.stages.has("AWSCURRENT"));
  // The version that loses AWSCURRENT gets AWSPREVIOUS. A stage is never on two versions.
  const isReplaced = current !== undefined && stages.includes("AWSCURRENT");
  for (const version of secret.versions) {
    if (isReplaced) version.stages.delete("AWSPREVIOUS");
    for (const stage of stages) version.stages.delete(stage);
  }
  if (isReplaced) current.stages.add("AWSPREVIOUS");
  secret.versions.push({ id, text, createdSeconds: Date.now() / 1000, stages: new Set(stages) });
}
