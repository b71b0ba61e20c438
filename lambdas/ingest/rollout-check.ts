import { signHook } from "../amocrm/webhook/signature.ts";
import { healthCheckBody } from "../model/envelope.ts";
import type { Now, Logger, Secret } from "../model/runtime.ts";
import type {
  RolloutGate,
  WaitingRollout,
  WebhookRequest,
  WebhookVersion,
} from "../model/caretaker-report.ts";

/** The secrets to sign with. Fields are empty until a person sets them. */
type TelegramSecret = { readonly current: string };
type ChannelSecret = TelegramSecret & { readonly scopeId: string };

/**
 * The check before a new version of a webhook gets traffic. It sends both new versions a hook,
 * signed as their vendor would sign it. It lets the roll-out go on only if both accept the hook.
 * The hook belongs to no person, and the sender drops it. The check skips a webhook whose secret is
 * not set: no vendor sends hooks to it yet, so there is nothing to lose.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export function createRolloutCheck(deps: {
  readonly telegram: { readonly secret: Secret<TelegramSecret>; readonly version: WebhookVersion };
  readonly amocrm: { readonly channel: Secret<ChannelSecret>; readonly version: WebhookVersion };
  readonly gate: RolloutGate;
  readonly now: Now;
  readonly nonce: () => string;
  readonly logger: Logger;
}) {
  const { telegram, amocrm, gate, logger } = deps;
  const aCheck = () =>
    healthCheckBody({ kind: "rollout", sentAtMillis: deps.now(), nonce: deps.nonce() });

  const fromTelegram = async (): Promise<WebhookRequest | undefined> => {
    const { current } = await telegram.secret.read();
    if (current === "") return undefined;
    return {
      path: "/telegram",
      pathParameters: {},
      headers: { "x-telegram-bot-api-secret-token": current },
      body: aCheck(),
    };
  };
  const fromAmocrm = async (): Promise<WebhookRequest | undefined> => {
    const { current, scopeId } = await amocrm.channel.read();
    if (current === "" || scopeId === "") return undefined;
    const body = aCheck();
    return {
      path: `/amocrm/${scopeId}`,
      pathParameters: { scopeId },
      headers: { "x-signature": signHook(body, current) },
      body,
    };
  };
  const isFine = async (
    webhook: string,
    compose: () => Promise<WebhookRequest | undefined>,
    version: WebhookVersion,
  ): Promise<boolean> => {
    try {
      const request = await compose();
      if (request === undefined) {
        logger.warn("RolloutCheckSkipped", { webhook, reason: "its secret is not set yet" });
        return true;
      }
      const statusCode = await version.answer(request);
      const isTaken = statusCode === 200;
      if (isTaken) logger.info("RolloutCheckPassed", { webhook });
      else logger.error("RolloutCheckFailed", { webhook, statusCode });
      return isTaken;
    } catch (error) {
      const reason = error instanceof Error ? error.name : "unknown";
      logger.error("RolloutCheckFailed", { webhook, reason });
      return false;
    }
  };

  return async (rollout: WaitingRollout): Promise<void> => {
    const verdicts = await Promise.all([
      isFine("telegram", fromTelegram, telegram.version),
      isFine("amocrm", fromAmocrm, amocrm.version),
    ]);
    await gate.report(rollout, verdicts.every(Boolean) ? "Succeeded" : "Failed");
  };
}
