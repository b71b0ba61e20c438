import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { awsFailure } from "../aws/failures.ts";
import { CommandFailure } from "../command.ts";
import type { Stage } from "../stage/stage.ts";
import { secretPlans } from "./secret-plans.ts";
import type { SecretName } from "./secret-plans.ts";

/** A JSON secret as stored, with known and unknown fields. */
export type SecretFields = Readonly<Record<string, unknown>>;

/** The secrets of one bridge. */
export interface SecretStore {
  read(name: SecretName): Promise<SecretFields>;
  /** Replaces the whole secret. To change one field, read the secret first. */
  write(name: SecretName, fields: SecretFields): Promise<void>;
}

/** A stage's secrets in Secrets Manager. Its errors never contain a value. */
export class StageSecrets implements SecretStore {
  readonly #client: SecretsManagerClient;
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#client = new SecretsManagerClient(stage.aws);
    this.#stage = stage;
  }

  async read(name: SecretName): Promise<SecretFields> {
    return (await this.readDated(name)).fields;
  }

  /** The secret, and the time when its present version was written. */
  async readDated(
    name: SecretName,
  ): Promise<{ readonly fields: SecretFields; readonly writtenAtMillis: number | undefined }> {
    const command = new GetSecretValueCommand({ SecretId: this.#idOf(name) });
    const answer = await this.#client.send(command).catch((error: unknown) => {
      throw awsFailure(error, `read the secret ${name}`);
    });
    const fields = parse(answer.SecretString ?? "", name);
    return { fields, writtenAtMillis: answer.CreatedDate?.getTime() };
  }

  async write(name: SecretName, fields: SecretFields): Promise<void> {
    const command = new PutSecretValueCommand({
      SecretId: this.#idOf(name),
      SecretString: JSON.stringify(fields),
    });
    await this.#client.send(command).catch((error: unknown) => {
      throw awsFailure(error, `write the secret ${name}`);
    });
  }

  #idOf(name: SecretName): string {
    return this.#stage.outputs[secretPlans[name].output];
  }
}

function parse(text: string, name: SecretName): SecretFields {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    // The code below handles it like any other value that is not an object.
  }
  if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) {
    return fields as SecretFields;
  }
  throw new CommandFailure(
    `the secret ${name} is not a JSON object: set it to {} in Secrets Manager, then set its fields`,
  );
}
