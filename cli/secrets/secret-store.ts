import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { awsFailure } from "../aws/failures.ts";
import { CommandFailure } from "../command.ts";
import { secretPlans } from "./secret-plans.ts";
import type { SecretName } from "./secret-plans.ts";
import { howToDeploy } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

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
    const fields = parseObject(Buffer.from(answer.SecretString ?? ""));
    if (fields === undefined) {
      throw new CommandFailure(
        `the secret ${name} is not a JSON object: set it to {} in Secrets Manager, then set its fields`,
      );
    }
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
    const id = this.#stage.outputs[secretPlans[name].output];
    if (id !== undefined) return id;
    throw new CommandFailure(
      `the stack is of an older version and has no secret ${name}`,
      howToDeploy(this.#stage),
    );
  }
}

/** A secret with one field changed. */
export type Change = {
  readonly fields: SecretFields;
  /** False when the secret already held exactly this value. */
  readonly changed: boolean;
  readonly keptPrevious: boolean;
  /** The command must connect the account again: a scope belongs to one channel. */
  readonly forgotScope: boolean;
};

/**
 * Puts a value into a secret and leaves its other fields unchanged. A replaced value of a rotating
 * field stays as `previous`. The field `unset`, with which the stack creates secrets, is removed.
 */
export function changeField(
  { unset, ...before }: SecretFields,
  field: string,
  value: string,
  { rotates = false }: { rotates?: boolean } = {},
): Change {
  const earlier = textOf(before, field);
  const isSame = earlier === value;
  const keptPrevious = rotates && earlier !== "" && !isSame;
  const scopeId = textOf(before, "scopeId");
  const forgotScope = field === "channelId" && scopeId !== "" && !scopeId.startsWith(`${value}_`);
  return {
    fields: {
      ...before,
      [field]: value,
      ...(keptPrevious ? { previous: earlier } : {}),
      ...(forgotScope ? { scopeId: "" } : {}),
    },
    changed: !isSame || forgotScope || unset !== undefined,
    keptPrevious,
    forgotScope,
  };
}

/** A secret without the value before its last change. */
export function retirePrevious({ previous, ...fields }: SecretFields): {
  readonly fields: SecretFields;
  readonly changed: boolean;
} {
  return { fields, changed: previous !== undefined };
}

/** A text field of a secret. Empty when there is none. */
export function textOf(fields: SecretFields, field: string): string {
  const value = fields[field];
  return typeof value === "string" ? value : "";
}
