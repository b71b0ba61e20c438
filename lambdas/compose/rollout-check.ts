import { randomBytes } from "node:crypto";
import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type * as z from "zod/mini";
import { CodeDeployRolloutGate } from "../adapters/aws/codedeploy-rollout-gate.ts";
import { consoleLogger as logger } from "../adapters/aws/console-logger.ts";
import { LambdaWebhookVersion } from "../adapters/aws/lambda-webhook-version.ts";
import { SecretsManagerSecret } from "../adapters/aws/secrets-manager-secret.ts";
import { readNames } from "../config/ingest-environment.ts";
import {
  channelSecretIfSet,
  rolloutCheckNames,
  telegramSecretIfSet,
} from "../config/rollout-check-environment.ts";
import { createRolloutCheck } from "../handlers/rollout-check.ts";

const now = Date.now;
const secretTimeoutMillis = 3000;
/** A webhook ends after six seconds; a version that was never called takes a moment to start. */
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
      // Days may lie between two roll-outs, and a sandbox may live for hours.
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
