import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import {
  acknowledgementOf,
  isWellFormedToken,
  verifySecretToken,
} from "../telegram/webhook/verify.ts";
import { identifyUpdate } from "../telegram/webhook/identify.ts";
import { secretsInUse } from "./credentials.ts";
import type { WebhookCredentials } from "./credentials.ts";
import { acceptBody } from "./accept.ts";
import type { Packing } from "../model/stores.ts";
import type { Now, EventQueue, Logger, Secret } from "../model/runtime.ts";
import {
  answer,
  bodyOf,
  headerOf,
  jsonAnswer,
  lastResort,
  notStored,
  timeoutMillis,
} from "./http.ts";

/**
 * `POST /telegram`: answers 200 when an authentic update is durable in the queue. Telegram repeats an update
 * that gets another answer. So the webhook answers 503 to every failure that may pass, and while the secret
 * is not available or not set. The answer itself acknowledges a pressed button.
 */
export function createTelegramWebhook(
  deps: Packing & {
    readonly botId: string;
    readonly secret: Secret<WebhookCredentials>;
    readonly toAmocrm: EventQueue;
    readonly now: Now;
    readonly logger: Logger;
  },
) {
  const handle = async (
    event: APIGatewayProxyEventV2,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const deadlineMillis = deps.now() + timeoutMillis;
    const body = bodyOf(event);
    const token = headerOf(event, "x-telegram-bot-api-secret-token");
    if (!(await isAuthentic(token, deps.secret))) {
      deps.logger.warn("SecretTokenRefused", { bytes: body.length });
      return answer(401, "The secret token is missing or wrong.");
    }
    const { id, group } = identifyUpdate(body, deps.botId);
    const carried = await acceptBody({ id, body }, deadlineMillis, deps);
    if (carried === undefined) return notStored(503);
    await deps.toAmocrm.put({
      ...carried,
      id,
      group,
      source: "telegram",
      receivedAtMillis: deps.now(),
      verified: true,
    });
    deps.logger.info("UpdateAccepted", { eventId: id });
    const acknowledgement = acknowledgementOf(body);
    return acknowledgement === undefined ? answer(200) : jsonAnswer(acknowledgement);
  };
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(lastResort(503, deps.logger))
    .handler(handle);
}

/**
 * True for an authentic token. A token that does not fit may be a new one, so we read the secret
 * again before we refuse. We do not read the secret for a text that cannot be a token.
 */
async function isAuthentic(token: string, secret: Secret<WebhookCredentials>): Promise<boolean> {
  if (!isWellFormedToken(token)) return false;
  if (verifySecretToken(token, secretsInUse(await secret.read()))) return true;
  return verifySecretToken(token, secretsInUse(await secret.reread()));
}
