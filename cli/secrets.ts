import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { parseObject } from "../lambdas/http/untrusted.ts";
import { choose, CommandFailure, UsageError } from "./command.ts";
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
  const { fields } = chooseSecret(name);
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
  return { name: name as SecretName, field: chosen, plan };
}

/** Checks the value of `--name` for commands that need a secret with a previous value. */
export function chooseRotating(name: string): SecretName {
  const { fields } = chooseSecret(name);
  if (Object.values(fields).some(({ rotates }) => rotates)) return name as SecretName;
  throw new UsageError(`--name: ${name} has no previous value`);
}

function chooseSecret(name: string): SecretPlan {
  return choose<SecretPlan>(secretPlans, name, `--name: there is no secret "${name}"`);
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

/** A secret, and the time when its present version was written. */
export type DatedSecret = {
  readonly fields: SecretFields;
  readonly writtenAtMillis: number | undefined;
};

/** The secrets of one bridge, with their times. */
export type OpenSecrets = ReturnType<typeof openSecrets>;
/** The same without the times. */
export type SecretStore = Pick<OpenSecrets, "read" | "write">;

/** A stage's secrets in Secrets Manager. Opening makes no call. Its errors never contain a value. */
export function openSecrets(stage: Stage) {
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
    read: async (name: SecretName) => (await readDated(name)).fields,
    /** Replaces the whole secret. To change one field, read the secret first. */
    async write(name: SecretName, fields: SecretFields): Promise<void> {
      const SecretString = JSON.stringify(fields);
      const command = new PutSecretValueCommand({ SecretId: idOf(name), SecretString });
      await client.send(command).catch(failedTo(`write the secret ${name}`));
    },
  };
}

/**
 * Puts a value into a secret and leaves its other fields unchanged. A replaced value of a rotating
 * field stays as `previous`. The field `unset`, with which the stack creates secrets, is removed. `changed`
 * is false when the secret already held exactly this value. After `forgotScope` the command must connect the
 * account again: a scope belongs to one channel.
 */
export function changeField(
  { unset, ...before }: SecretFields,
  field: string,
  value: string,
  { rotates = false }: { rotates?: boolean } = {},
) {
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
    } as SecretFields,
    changed: !isSame || forgotScope || unset !== undefined,
    keptPrevious,
    forgotScope,
  };
}

/** A text field of a secret. Empty when there is none. */
export function textOf(fields: SecretFields, field: string): string {
  const value = fields[field];
  return typeof value === "string" ? value : "";
}
