import { chatsApiCrm, chatsApiHistory } from "../amocrm/chats/client.ts";
import { mainApiContacts } from "../amocrm/main-api/contacts.ts";
import { chatsApiScope } from "../amocrm/chats/scope.ts";
import type { Fetch } from "../http/call.ts";
import { BotApiAddress } from "../telegram/send/bot-address.ts";
import { BotApiMessenger } from "../telegram/send/client.ts";
import { BotApiFiles } from "../telegram/send/files.ts";
import type {
  AmocrmApiCredentials,
  AmocrmChannelCredentials,
  TelegramBotCredentials,
} from "./credentials.ts";
import {
  recordingReachability,
  rateLimitedMessenger,
  rateLimitedFiles,
  rateLimitedHistory,
} from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { withLostTopics } from "../conversation/topics.ts";
import { throttledMessenger } from "../delivery/throttle.ts";
import type { Throttle } from "../delivery/throttle.ts";
import type { Now, Logger, Secret } from "../model/runtime.ts";
import type { ConversationStore } from "../model/stores.ts";

/** Telegram and amoCRM as the sender uses them. The sender waits while they ask us to wait. */
export function composeVendors(outside: {
  readonly origins: {
    readonly amojo: string;
    readonly amocrm: string;
    readonly telegram: string;
  };
  readonly botId: string;
  /** The channel's bot, as amoCRM knows it. */
  readonly bot: { readonly id: string; readonly name: string };
  readonly secrets: {
    readonly channel: Secret<AmocrmChannelCredentials>;
    readonly apiToken: Secret<AmocrmApiCredentials>;
    readonly botToken: Secret<TelegramBotCredentials>;
  };
  readonly stores: { readonly conversations: ConversationStore; readonly pauses: Pauses };
  readonly clock: { readonly now: Now; readonly throttle: Throttle };
  readonly logger: Logger;
  readonly http: { readonly fetch?: Fetch; readonly onCrmSuccess?: () => Promise<void> };
}) {
  const { origins, secrets, stores, clock, botId, logger } = outside;
  const { channel, apiToken: token, botToken } = secrets;
  const { conversations, pauses } = stores;
  const { now, throttle } = clock;
  const { onCrmSuccess, ...fetch } = outside.http;
  const reached = onCrmSuccess === undefined ? {} : { onSuccess: onCrmSuccess };
  const scope = chatsApiScope({ origin: origins.amojo, channel, now, ...fetch, ...reached });
  const history = rateLimitedHistory(chatsApiHistory(scope, now), { conversations, now });
  const crm = chatsApiCrm({ scope, history, bot: outside.bot });
  const contacts = mainApiContacts({ origin: origins.amocrm, token, now, ...fetch });
  const telegram = { apiRoot: origins.telegram, token: botToken, ...fetch };
  const botApi = throttledMessenger(new BotApiMessenger(telegram), throttle);
  const limited = rateLimitedMessenger(botApi, { pauses, now });
  const recording = recordingReachability(limited, { conversations, botId, now });
  const messenger = withLostTopics(recording, { conversations, botId, logger });
  const files = new BotApiFiles(telegram);
  const address = new BotApiAddress(telegram);
  return {
    crm,
    history,
    contacts,
    messenger,
    botAddress: () => address.find(),
    files: rateLimitedFiles(files, { pauses, now }),
  };
}
