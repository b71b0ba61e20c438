import type { AmocrmChannelCredentials } from "../../lambdas/config/credentials.ts";
import type { Packing } from "../../lambdas/domain/keep-body.ts";
import { createAmocrmWebhook } from "../../lambdas/handlers/amocrm-webhook.ts";
import { answerOf } from "./answers.ts";
import { anAmocrmHook, hookSignature } from "./bodies.ts";
import { scopeId } from "./events.ts";
import { aFakeQueue } from "./fake-queue.ts";
import { aFakeSecret } from "./fake-secret.ts";
import { anHttpEvent } from "./lambda-events.ts";
import { aPacking } from "./packing.ts";
import { aRecordingLogger } from "./recording-logger.ts";

type Changes = Partial<AmocrmChannelCredentials>;

/** The channel's secret as it is known, and as it is when read again. */
export function aChannelSecret(known: Changes = {}, after: Changes = known) {
  const value = (changes: Changes): AmocrmChannelCredentials => ({
    current: "secret",
    channelId: "f90ba33d-0000-4000-8000-000000000001",
    scopeId,
    ...changes,
  });
  return aFakeSecret<AmocrmChannelCredentials>(value(known), value(after));
}

/** A secret whose store does not answer. */
export function aLostChannelSecret() {
  return aFakeSecret<AmocrmChannelCredentials>(undefined);
}

/** The amoCRM webhook over fakes; `post` signs what it is given, unless told otherwise. */
export function anAmocrmWebhook({
  channel = aChannelSecret(),
  toTelegram = aFakeQueue(),
  spool = aFakeQueue(),
  packing = aPacking() as Packing,
  now = (): number => 1_700_000_000_000,
} = {}) {
  const logger = aRecordingLogger();
  const webhook = createAmocrmWebhook({ channel, toTelegram, spool, ...packing, now, logger });
  return {
    channel,
    toTelegram,
    spool,
    logger,
    post: ({
      body = JSON.stringify(anAmocrmHook()),
      base64 = false,
      signature = hookSignature(body, "secret"),
      scopeId: scope = scopeId,
    }: {
      body?: string | Buffer;
      base64?: boolean;
      signature?: string;
      scopeId?: string;
    }) =>
      answerOf(
        webhook,
        anHttpEvent({ body, base64, headers: { "x-signature": signature }, scopeId: scope }),
      ),
  };
}
