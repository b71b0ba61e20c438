import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import type { Packing } from "../../lambdas/model/stores.ts";
import { createAmocrmWebhook } from "../../lambdas/ingest/amocrm-webhook.ts";
import type { Now } from "../../lambdas/model/runtime.ts";
import { answerOf } from "./answers.ts";
import { anAmocrmHook, hookSignature } from "./bodies.ts";
import { scopeId } from "./events.ts";
import { aFakeQueue } from "./fake-queue.ts";
import { aFakeSecret } from "./fake-secret.ts";
import { anHttpEvent } from "./lambda-events.ts";
import { aPacking } from "./packing.ts";
import { aRecordingLogger } from "./recording-logger.ts";

type Changes = Partial<AmocrmChannelCredentials>;

/** The cached channel secret, and its value when it is read again. */
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

/** An unset secret. */
export function anUnsetChannelSecret() {
  return aFakeSecret<AmocrmChannelCredentials>("unset");
}

/** Records requests for a wide reconcile. Refuses the given number of them first. */
export function aFakeWideReconciles({ refusals = 0 } = {}) {
  const tried: { readonly atMillis: number; readonly timeoutMillis: number }[] = [];
  return {
    tried: tried as readonly (typeof tried)[number][],
    /** The times of the accepted requests. */
    asked: () => tried.slice(refusals).map(({ atMillis }) => atMillis),
    async ask(atMillis: number, { timeoutMillis }: { timeoutMillis: number }) {
      tried.push({ atMillis, timeoutMillis });
      if (tried.length <= refusals) throw new RangeError("refused");
    },
  };
}

/** The amoCRM webhook over fakes. `post` signs its hook unless the hook has a signature. */
export function anAmocrmWebhook({
  channel = aChannelSecret(),
  toTelegram = aFakeQueue(),
  spool = aFakeQueue(),
  wideReconciles = aFakeWideReconciles(),
  packing = aPacking(),
  now = () => 1_700_000_000_000,
}: {
  channel?: ReturnType<typeof aChannelSecret>;
  toTelegram?: ReturnType<typeof aFakeQueue>;
  spool?: ReturnType<typeof aFakeQueue>;
  wideReconciles?: ReturnType<typeof aFakeWideReconciles>;
  packing?: Packing;
  now?: Now;
} = {}) {
  const logger = aRecordingLogger();
  const deps = { channel, toTelegram, spool, wideReconciles, ...packing, now, logger };
  const webhook = createAmocrmWebhook(deps);
  return {
    channel,
    toTelegram,
    spool,
    wideReconciles,
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
