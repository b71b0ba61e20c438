import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { withGuess } from "../infra/settings/did-you-mean.ts";
import { parseObject } from "../lambdas/http/untrusted.ts";
import { UsageError, CommandFailure } from "./command.ts";
import type { StackOutputs, Stage } from "./stage/stage.ts";
import { commandOn, howToDeploy } from "./stage/stage.ts";
import { failedTo } from "./aws/failures.ts";

/** The name of a bridge's secret on the command line. */
export type SecretName =
  "telegram-webhook" | "telegram-bot" | "amocrm-channel" | "amocrm-api" | "deep-link";

type FieldPlan = {
  readonly shape: RegExp;
  readonly expected: string;
  /** The name of the file that examples read the value from. */
  readonly file: string;
  /** After a change, the old value stays valid as `previous`. */
  readonly rotates?: true;
};
type SecretPlan = {
  readonly output: keyof StackOutputs & `${string}SecretId`;
  readonly fields: Readonly<Record<string, FieldPlan>>;
  /** The command that gives the vendor the new value. */
  readonly next?: string;
};

/** The place of each secret and the form of its fields. See `lambdas/compose/credentials.ts`. */
export const secretPlans: Readonly<Record<SecretName, SecretPlan>> = {
  "telegram-bot": {
    output: "TelegramBotTokenSecretId",
    fields: {
      token: {
        shape: /^[0-9]+:[A-Za-z0-9_-]+$/,
        expected: "expected <bot id>:<key> from @BotFather",
        file: "bot-token.txt",
      },
    },
    next: "webhook set",
  },
  "amocrm-channel": {
    output: "AmocrmChannelSecretId",
    fields: {
      channelId: {
        shape: /^[A-Za-z0-9-]{1,64}$/,
        expected: "expected the channel's id that support sent: letters, digits, hyphens",
        file: "channel-id.txt",
      },
      current: {
        shape: /^[\x21-\x7e]{8,}$/,
        expected: "expected the channel's secret that support sent: one word, no spaces",
        file: "channel-secret.txt",
        rotates: true,
      },
    },
    next: "connect",
  },
  "amocrm-api": {
    output: "AmocrmApiTokenSecretId",
    fields: {
      token: {
        shape: /^[\x21-\x7e]{8,}$/,
        expected: "expected a long-lived token of the main API: one word, no spaces",
        file: "api-token.txt",
      },
    },
  },
  "telegram-webhook": {
    output: "TelegramWebhookSecretId",
    fields: {
      current: {
        shape: /^[A-Za-z0-9_-]{16,256}$/,
        expected: "expected 16-256 characters of A-Z a-z 0-9 _ -",
        file: "webhook-secret.txt",
        rotates: true,
      },
    },
    next: "webhook set",
  },
  "deep-link": {
    output: "DeepLinkKeySecretId",
    fields: {
      current: {
        shape: /^[A-Za-z0-9_-]{32,256}$/,
        expected: "expected 32-256 random characters of A-Z a-z 0-9 _ -",
        file: "deep-link-key.txt",
        rotates: true,
      },
    },
  },
};

/** Checks the values of `--name` and `--field`. A secret with one field needs no `--field`. */
export function chooseField(
  name: string,
  field: string | undefined,
): { name: SecretName; field: string; plan: FieldPlan } {
  const secret = readName(name);
  const { fields } = secretPlans[secret];
  const names = Object.keys(fields);
  if (field === undefined && names.length > 1) {
    throw new UsageError(`${name} has the fields ${names.join(", ")}: choose one with --field`);
  }
  const chosen = field ?? names[0] ?? "";
  const plan = Object.hasOwn(fields, chosen) ? fields[chosen] : undefined;
  if (plan === undefined) {
    const expected = names.join(" or ");
    throw new UsageError(`--field: ${name} has no field "${chosen}", expected ${expected}`);
  }
  return { name: secret, field: chosen, plan };
}

/** Checks the value of `--name` for commands that need a secret with a previous value. */
export function chooseRotating(name: string): SecretName {
  const secret = readName(name);
  if (Object.values(secretPlans[secret].fields).some(({ rotates }) => rotates)) return secret;
  throw new UsageError(`--name: ${name} has no previous value`);
}

function readName(name: string): SecretName {
  if (Object.hasOwn(secretPlans, name)) return name as SecretName;
  const known = Object.keys(secretPlans);
  throw new UsageError(
    withGuess(`--name: there is no secret "${name}"`, name, known, `one of ${known.join(", ")}`),
  );
}

/** The command that sets a field, with the file it reads the value from, as a person would type it. */
export function commandToSet(
  stage: Pick<Stage, "name" | "bridge">,
  name: SecretName,
  field: string,
): string {
  const { plan } = chooseField(name, field);
  const which = Object.keys(secretPlans[name].fields).length > 1 ? ` --field ${field}` : "";
  return `${commandOn(stage, `secret set --name ${name}${which}`)} < ${plan.file}`;
}

/** The fault of a value for a field. Undefined when the value has the right form. */
export function findFieldFault({ shape, expected }: FieldPlan, value: string): string | undefined {
  return shape.test(value) ? undefined : expected;
}

/** A question for the value of a field. */
export function questionFor(name: SecretName, field: string, ask: string) {
  const { plan } = chooseField(name, field);
  return { ask, faultOf: (answer: string) => findFieldFault(plan, answer) };
}

/** A JSON secret as stored, with known and unknown fields. */
export type SecretFields = Readonly<Record<string, unknown>>;

/** The secrets of one bridge. */
export interface SecretStore {
  read(name: SecretName): Promise<SecretFields>;
  /** Replaces the whole secret. To change one field, read the secret first. */
  write(name: SecretName, fields: SecretFields): Promise<void>;
}

/** A secret, and the time when its present version was written. */
export type DatedSecret = {
  readonly fields: SecretFields;
  readonly writtenAtMillis: number | undefined;
};

/** The secrets with their times. */
export interface OpenSecrets extends SecretStore {
  readDated(name: SecretName): Promise<DatedSecret>;
}

/** A stage's secrets in Secrets Manager. Opening makes no call. Its errors never contain a value. */
export function openSecrets(stage: Stage): OpenSecrets {
  const client = new SecretsManagerClient(stage.aws);
  const idOf = (name: SecretName): string => {
    const id = stage.outputs[secretPlans[name].output];
    if (id !== undefined) return id;
    throw new CommandFailure(
      `the stack is of an older version and has no secret ${name}`,
      howToDeploy(stage),
    );
  };
  const readDated = async (name: SecretName): Promise<DatedSecret> => {
    const command = new GetSecretValueCommand({ SecretId: idOf(name) });
    const answer = await client.send(command).catch(failedTo(`read the secret ${name}`));
    const fields = parseObject(Buffer.from(answer.SecretString ?? ""));
    if (fields !== undefined) return { fields, writtenAtMillis: answer.CreatedDate?.getTime() };
    throw new CommandFailure(
      `the secret ${name} is not a JSON object: set it to {} in Secrets Manager, then set its fields`,
    );
  };
  return {
    readDated,
    read: async (name) => (await readDated(name)).fields,
    async write(name, fields) {
      const SecretString = JSON.stringify(fields);
      const command = new PutSecretValueCommand({ SecretId: idOf(name), SecretString });
      await client.send(command).catch(failedTo(`write the secret ${name}`));
    },
  };
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
