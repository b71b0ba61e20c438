import { randomUUID } from "node:crypto";
import * as z from "zod";
import { sha256 } from "../../../lambdas/http/untrusted.ts";
import { arnOf } from "./names.ts";
import { AwsError } from "./refusal.ts";

type Value = { readonly id: string; readonly text: string; readonly createdSeconds: number };
type Secret = { readonly name: string; readonly arn: string; value: Value | undefined };

const token = { ClientRequestToken: z._default(z.string(), randomUUID) };
const creation = z.object({ Name: z.string(), SecretString: z.optional(z.string()), ...token });
const reading = z.object({
  SecretId: z.string(),
  VersionId: z.optional(z.undefined("only the current value is kept here")),
  VersionStage: z.optional(z.literal("AWSCURRENT", "only the current value is kept here")),
});
const change = z.object({ SecretId: z.string(), SecretString: z.string(), ...token });

/**
 * Our own stand-in for Secrets Manager: the current text of each secret in memory. Not AWS: no earlier
 * versions, binary values, rotation functions, encryption keys, tags, replication or deletion.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export class SecretsManager {
  readonly #secrets: Secret[] = [];

  /** Answers one action, or throws the service's own error. */
  handle(action: string, input: unknown): object {
    switch (action) {
      case "CreateSecret":
        return this.#create(creation.parse(input));
      case "GetSecretValue":
        return this.#get(reading.parse(input));
      case "PutSecretValue":
        return this.#put(change.parse(input));
      case "DescribeSecret":
        return this.#describe(reading.parse(input));
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

  #create({ Name, SecretString, ClientRequestToken }: z.output<typeof creation>): object {
    if (this.#secrets.some(({ name }) => name === Name)) {
      throw new AwsError("ResourceExistsException", `The secret ${Name} already exists.`);
    }
    // AWS's ending is random. A derived ending lets a person compare two runs.
    const ending = sha256(Buffer.from(Name)).slice(0, 6);
    const arn = arnOf("secretsmanager", `secret:${Name}-${ending}`);
    const value =
      SecretString === undefined ? undefined : valueOf(ClientRequestToken, SecretString);
    this.#secrets.push({ name: Name, arn, value });
    return { ARN: arn, Name, VersionId: value?.id };
  }

  #get({ SecretId }: z.output<typeof reading>): object {
    const { arn, name, value } = this.#find(SecretId);
    if (value === undefined) {
      const sentence =
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
      throw new AwsError("ResourceNotFoundException", sentence);
    }
    const version = { VersionId: value.id, VersionStages: ["AWSCURRENT"] };
    const { text: SecretString, createdSeconds: CreatedDate } = value;
    return { ARN: arn, Name: name, ...version, CreatedDate, SecretString };
  }

  #put({ SecretId, SecretString, ClientRequestToken }: z.output<typeof change>): object {
    const secret = this.#find(SecretId);
    secret.value = valueOf(ClientRequestToken, SecretString);
    const { arn, name } = secret;
    return { ARN: arn, Name: name, VersionId: ClientRequestToken, VersionStages: ["AWSCURRENT"] };
  }

  #describe({ SecretId }: z.output<typeof reading>): object {
    const { arn, name, value } = this.#find(SecretId);
    const VersionIdsToStages = value === undefined ? {} : { [value.id]: ["AWSCURRENT"] };
    return { ARN: arn, Name: name, VersionIdsToStages };
  }

  #find(secretId: string): Secret {
    const arn = this.arnOf(secretId);
    const secret = this.#secrets.find((candidate) => candidate.arn === arn);
    if (secret !== undefined) return secret;
    const sentence = "Secrets Manager can't find the specified secret.";
    throw new AwsError("ResourceNotFoundException", sentence);
  }
}

function valueOf(id: string, text: string): Value {
  return { id, text, createdSeconds: Date.now() / 1000 };
}
