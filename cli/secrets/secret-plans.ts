import { UsageError } from "../command.ts";
import type { StackOutputs } from "../stage/outputs.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

/** A secret of a bridge, as the command line calls it. */
export type SecretName = "telegram-webhook" | "telegram-bot" | "amocrm-channel" | "amocrm-api";

type FieldPlan = {
  readonly shape: RegExp;
  readonly expected: string;
  /** How the file is called that examples read the value from. */
  readonly file: string;
  /** The value before a change stays in force as `previous`. */
  readonly rotates?: true;
};
type SecretPlan = {
  readonly output: keyof StackOutputs & `${string}SecretId`;
  readonly fields: Readonly<Record<string, FieldPlan>>;
  /** What makes a new value known to the vendor. */
  readonly next?: string;
};

/** Where each secret is, and what its fields look like; see `lambdas/compose/credentials.ts`. */
export const secretPlans: Readonly<Record<SecretName, SecretPlan>> = {
  "telegram-bot": {
    output: "TelegramBotTokenSecretId",
    fields: {
      token: {
        shape: /^[0-9]+:[A-Za-z0-9_-]+$/,
        expected: "expected <bot id>:<key>, as @BotFather gives it",
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
        expected: "expected the channel's id as amoCRM support gave it: letters, digits, hyphens",
        file: "channel-id.txt",
      },
      current: {
        shape: /^[\x21-\x7e]{8,}$/,
        expected: "expected the channel's secret as amoCRM support gave it: one word, no spaces",
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
        expected: "expected a long-lived token as amoCRM shows it: one word, no spaces",
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
};

/** Checks what `--name` and `--field` name; a secret with one field needs no `--field`. */
export function chooseField(
  name: string,
  field: string | undefined,
): { name: SecretName; field: string; plan: FieldPlan } {
  const secret = readName(name);
  const { fields } = secretPlans[secret];
  const names = Object.keys(fields);
  if (field === undefined && names.length > 1) {
    throw new UsageError(`${name} has the fields ${names.join(", ")}: name one with --field`);
  }
  const chosen = field ?? names[0] ?? "";
  const plan = Object.hasOwn(fields, chosen) ? fields[chosen] : undefined;
  if (plan === undefined) {
    const expected = names.join(" or ");
    throw new UsageError(`--field: ${name} has no field "${chosen}", expected ${expected}`);
  }
  return { name: secret, field: chosen, plan };
}

/** Checks what `--name` names where only a secret with a previous value will do. */
export function chooseRotating(name: string): SecretName {
  const secret = readName(name);
  if (Object.values(secretPlans[secret].fields).some(({ rotates }) => rotates)) return secret;
  throw new UsageError(`--name: ${name} keeps no previous value`);
}

function readName(name: string): SecretName {
  if (Object.hasOwn(secretPlans, name)) return name as SecretName;
  const known = Object.keys(secretPlans).join(", ");
  throw new UsageError(`--name: there is no secret "${name}"; the known ones are ${known}`);
}

/** The command that sets a field, with the file it reads the value from, as a person would type it. */
export function commandToSet(stage: Stage, name: SecretName, field: string): string {
  const { plan } = chooseField(name, field);
  const which = Object.keys(secretPlans[name].fields).length > 1 ? ` --field ${field}` : "";
  return `${commandOn(stage, `secret set --name ${name}${which}`)} < ${plan.file}`;
}
