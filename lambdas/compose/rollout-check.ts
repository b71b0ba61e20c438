import { randomBytes } from "node:crypto";
import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { CodeDeployRolloutGate, LambdaWebhookVersion } from "../aws/rollout.ts";
import { consoleLogger as logger } from "../aws/console-logger.ts";
import { SecretsManagerSecret } from "../aws/secrets-manager.ts";
import { readNames } from "./ingest-environment.ts";
import { createRolloutCheck } from "../ingest/rollout-check.ts";

const now = Date.now;
const secretTimeoutMillis = 3000;
/** A webhook ends after six seconds. A version without a call so far takes a moment to start. */
const answerTimeoutMillis = 10_000;

/** The check of a roll-out over AWS. */
export function composeRolloutCheck(variables: Readonly<Record<string, string | undefined>>) {
  const environment = readNames(rolloutCheckNames, variables);
  const secrets = new SecretsManagerClient({});
  const secret = <Schema extends z.ZodMiniType>(secretId: string, schema: Schema) =>
    new SecretsManagerSecret({
      client: secrets,
      secretId,
      schema,
      now,
      timeoutMillis: secretTimeoutMillis,
      // Two roll-outs may be days apart, and a sandbox may live for hours.
      maxAgeMillis: 0,
    });
  const lambda = new LambdaClient({});
  const version = (versionArn: string) =>
    new LambdaWebhookVersion({ client: lambda, versionArn, timeoutMillis: answerTimeoutMillis });
  return createRolloutCheck({
    telegram: {
      secret: secret(environment.TELEGRAM_WEBHOOK_SECRET_ID, telegramSecretIfSet),
      version: version(environment.TELEGRAM_WEBHOOK_VERSION),
    },
    amocrm: {
      channel: secret(environment.AMOCRM_CHANNEL_SECRET_ID, channelSecretIfSet),
      version: version(environment.AMOCRM_WEBHOOK_VERSION),
    },
    gate: new CodeDeployRolloutGate(new CodeDeployClient({})),
    now,
    nonce: () => randomBytes(16).toString("hex"),
    logger,
  });
}

/** The roll-out check's variables: both webhooks' secrets, and the ARNs of their newest versions. */
export const rolloutCheckNames = [
  "TELEGRAM_WEBHOOK_SECRET_ID",
  "TELEGRAM_WEBHOOK_VERSION",
  "AMOCRM_CHANNEL_SECRET_ID",
  "AMOCRM_WEBHOOK_VERSION",
] as const;

/** The variables that `infra/` must set. A missing one is a compile error there. */
export type RolloutCheckVariables = Readonly<Record<(typeof rolloutCheckNames)[number], string>>;

const maybeSet = z._default(z.string(), "");

/** The webhooks' secrets. These schemas also fit before a person has set the secrets. */
const telegramSecretIfSet = z.looseObject({ current: maybeSet });
const channelSecretIfSet = z.looseObject({ current: maybeSet, scopeId: maybeSet });
