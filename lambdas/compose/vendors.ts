import { chatsApiCrm, chatsApiHistory } from "../amocrm/chats/client.ts";
import { mainApiContacts } from "../amocrm/main-api/contacts.ts";
import { mainApiLeads } from "../amocrm/main-api/leads.ts";
import { mainApiTalks } from "../amocrm/main-api/talks.ts";
import { mainApiTasks } from "../amocrm/main-api/tasks.ts";
import { chatsApiScope } from "../amocrm/chats/scope.ts";
import type { Fetch } from "../http/call.ts";
import { createBotAddress } from "../telegram/send/client.ts";
import { BotApiFiles } from "../telegram/send/files.ts";
import { BotApiMessenger } from "../telegram/send/messenger.ts";
import type {
  AmocrmApiCredentials,
  AmocrmChannelCredentials,
  TelegramBotCredentials,
} from "./credentials.ts";
import { rateLimitedFiles, rateLimitedHistory } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { createBotPace } from "../delivery/throttle.ts";
import type { Throttle } from "../delivery/throttle.ts";
import type { ContactFields } from "../model/crm.ts";
import type { Now, Secret } from "../model/runtime.ts";
import type { ConversationStore } from "../model/stores.ts";

/** Telegram and amoCRM as the sender uses them. The sender waits while they ask us to wait. */
export function composeVendors(outside: {
  readonly origins: {
    readonly amojo: string;
    readonly amocrm: string;
    readonly telegram: string;
  };
  /** The channel's bot, as amoCRM knows it. */
  readonly bot: { readonly id: string; readonly name: string };
  /** The ids of the contacts' fields for profiles, where they have not the codes of `bridge setup`. */
  readonly contactFields?: ContactFields;
  readonly secrets: {
    readonly channel: Secret<AmocrmChannelCredentials>;
    readonly apiToken: Secret<AmocrmApiCredentials>;
    readonly botToken: Secret<TelegramBotCredentials>;
  };
  readonly stores: { readonly conversations: ConversationStore; readonly pauses: Pauses };
  readonly clock: { readonly now: Now; readonly throttle: Throttle };
  readonly http: { readonly fetch?: Fetch; readonly onCrmSuccess?: () => Promise<void> };
}) {
  const { origins, secrets, stores, clock } = outside;
  const { channel, apiToken: token, botToken } = secrets;
  const { conversations, pauses } = stores;
  const { now, throttle } = clock;
  const { onCrmSuccess, ...fetch } = outside.http;
  const reached = onCrmSuccess === undefined ? {} : { onSuccess: onCrmSuccess };
  const scope = chatsApiScope({ origin: origins.amojo, channel, now, ...fetch, ...reached });
  const history = rateLimitedHistory(chatsApiHistory(scope, now), { conversations, now });
  const crm = chatsApiCrm({ scope, history, bot: outside.bot });
  const mainApi = { origin: origins.amocrm, token, now, ...fetch };
  const telegram = { apiRoot: origins.telegram, token: botToken, ...fetch };
  const beforeCall = createBotPace({ pauses, throttle, now });
  return {
    crm,
    history,
    contacts: mainApiContacts({ ...mainApi, fields: outside.contactFields ?? {} }),
    leads: mainApiLeads(mainApi),
    talks: mainApiTalks(mainApi),
    tasks: mainApiTasks(mainApi),
    messenger: new BotApiMessenger({ ...telegram, beforeCall }),
    botAddress: createBotAddress(telegram),
    files: rateLimitedFiles(new BotApiFiles(telegram), { pauses, now }),
  };
}
