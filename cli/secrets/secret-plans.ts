import { withGuess } from "../../infra/settings/did-you-mean.ts";
import { UsageError } from "../command.ts";
import type { StackOutputs } from "../stage/outputs.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

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
export function commandToSet(stage: Stage, name: SecretName, field: string): string {
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
