import { randomBytes } from "node:crypto";
import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { codeDeployRolloutGate, lambdaWebhookVersion } from "../aws/rollout.ts";
import { consoleLogger as logger } from "../aws/console-logger.ts";
import { secretsManagerSecrets } from "../aws/secrets-manager.ts";
import { readNames } from "./ingest-environment.ts";
import { createRolloutCheck } from "../ingest/rollout-check.ts";

const now = Date.now;
/** Two roll-outs may be days apart, and a sandbox may live for hours. */
const secretTimes = { now, timeoutMillis: 3000, maxAgeMillis: 0 };
/** A webhook ends after six seconds. A version without a call so far takes a moment to start. */
const answerTime = { timeoutMillis: 10_000 };

/** The check of a roll-out over AWS. */
export function composeRolloutCheck(variables: Readonly<Record<string, string | undefined>>) {
  const environment = readNames(rolloutCheckNames, variables);
  const secret = secretsManagerSecrets(new SecretsManagerClient({}), secretTimes);
  const lambda = new LambdaClient({});
  return createRolloutCheck({
    telegram: {
      secret: secret(environment.TELEGRAM_WEBHOOK_SECRET_ID, telegramSecretIfSet),
      version: lambdaWebhookVersion(lambda, environment.TELEGRAM_WEBHOOK_VERSION, answerTime),
    },
    amocrm: {
      channel: secret(environment.AMOCRM_CHANNEL_SECRET_ID, channelSecretIfSet),
      version: lambdaWebhookVersion(lambda, environment.AMOCRM_WEBHOOK_VERSION, answerTime),
    },
    gate: codeDeployRolloutGate(new CodeDeployClient({})),
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
