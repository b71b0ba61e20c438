import { readFile } from "node:fs/promises";
import { largestToCustomerBytes } from "../lambdas/operator-to-customer/file.ts";
import { vendorOf } from "./amocrm/vendor.ts";
import type { Vendor } from "./amocrm/vendor.ts";
import { addressOf } from "./stage/stage.ts";
import type { Stage } from "./stage/stage.ts";

/** The languages of the letter: amoCRM's support reads Russian, Kommo's reads English. */
export const letterLanguages = ["en", "ru"] as const;

/** One of these languages. */
export type LetterLanguage = (typeof letterLanguages)[number];

/** What the letter needs to know about a bridge, deployed or not. */
export type LetterFacts = Pick<
  Stage,
  "name" | "bridge" | "registration" | "amojoOrigin" | "amocrmOrigin" | "mediaDays"
> & {
  /** Base address of the webhooks. Where it is not known yet, the reason. */
  readonly webhooks: { readonly url: string } | { readonly why: string };
};

/** The facts of a deployed bridge. */
export function letterFactsOf(stage: Stage): LetterFacts {
  return { ...stage, webhooks: { url: stage.outputs.WebhookUrl } };
}

/** A letter to amoCRM support, and the work that a person has to do before sending it. */
export type Letter = {
  readonly language: LetterLanguage;
  readonly subject: string;
  /** The whole letter, with subject and attachment at the top. */
  readonly text: string;
  /** The icon to attach: a path inside the repository. */
  readonly attachment: string | undefined;
  /** The facts that the stage does not have, one sentence each. The letter has a blank for each. */
  readonly missing: readonly string[];
};

const mostIconBytes = 100_000;
const repository = new URL("../", import.meta.url);
const blank = "__________";

function missingSettings({ name, keysTab }: Vendor): readonly string[] {
  return [
    "serviceName: the name customers' chats are shown under: Latin letters, a letter first",
    `email: where ${name} writes when the channel fails`,
    `accountId: the account's number in ${name}`,
    `integrationId: the id of the integration, from its tab "${keysTab}" in ${name}`,
  ].map((setting) => `amocrm.registration.${setting}`);
}

/** Writes the letter of a bridge and checks its icon. By default it uses the language of amoCRM's support. */
export async function writeLetter(
  facts: LetterFacts,
  language = languageOfSupport(facts),
): Promise<Letter> {
  const { registration, webhooks } = facts;
  const vendor = vendorOf(facts);
  const filled = fill(facts, vendor);
  const { subject, head, body } = letters[language](filled);
  return {
    language,
    subject,
    text: `${head[0]}: ${subject}\n${head[1]}: ${filled.icon}\n\n${body}`,
    attachment: registration?.icon,
    missing: [
      ...(registration === undefined
        ? missingSettings(vendor)
        : await iconFaults(registration.icon)),
      ...("why" in webhooks ? [webhooks.why] : []),
      ...addressFaults(filled.hookUrl, facts.amojoOrigin, vendor),
    ],
  };
}

function fill({ registration, webhooks, amocrmOrigin, mediaDays }: LetterFacts, { name }: Vendor) {
  const unknown = { serviceName: blank, accountId: blank, email: blank, integrationId: blank };
  return {
    ...unknown,
    icon: blank,
    ...registration,
    /** amoCRM replaces `:scope_id`. */
    hookUrl: addressOf("url" in webhooks ? webhooks.url : `https://${blank}`, "/amocrm/:scope_id"),
    accountAddress: amocrmOrigin,
    mediaDays,
    /** Kommo asks for one point more than amoCRM. */
    asksForLargestFile: name === "Kommo",
  };
}

/** The hook may use plain http only where amoCRM's address does too: then both are on this machine. */
function addressFaults(hookUrl: string, amojoOrigin: string, { name }: Vendor): readonly string[] {
  if (hookUrl.startsWith("https:") || amojoOrigin.startsWith("http:")) return [];
  return [`${hookUrl}: ${name} calls https addresses only, and this one is of this machine`];
}

/** The language of amoCRM's support. Kommo's support reads English. */
export function languageOfSupport(stage: Pick<Stage, "amocrmOrigin">): LetterLanguage {
  return vendorOf(stage).name === "Kommo" ? "en" : "ru";
}

/** Says where to add the missing facts of a letter. Undefined when the letter is complete. */
export function incompleteness({ missing }: Letter): string | undefined {
  if (missing.length === 0) return undefined;
  const lines = missing.map((each) => `\n  ${each}`).join("");
  return `the letter is not complete: fill in infra/stages.ts, there is no need to deploy again${lines}`;
}

async function iconFaults(path: string): Promise<readonly string[]> {
  const setting = "amocrm.registration.icon";
  const bytes = await readFile(new URL(path, repository)).catch(() => undefined);
  if (bytes === undefined) return [`${setting}: there is no file ${path} in the repository`];
  if (bytes.length > mostIconBytes) return [`${setting}: ${path} has more than 100 KB`];
  return bytes.includes("<svg") ? [] : [`${setting}: ${path} is no SVG file`];
}

/** The largest file that a bot can send to a customer. */
const mostFileMegabytes = largestToCustomerBytes / 1024 / 1024;

/**
 * The 14 points in amoCRM's own order (Kommo has a 15th), each with this bridge's answer, and then the
 * features that amoCRM keeps off unless the letter asks for them.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 * @see https://developers.kommo.com/reference/register-channel
 */
const letters = {
  en: (filled: ReturnType<typeof fill>) => ({
    subject: `Registration of a chat channel: ${filled.serviceName}`,
    head: ["Subject", "Attachment"],
    body: `Hello,

please register a private chat channel for our account ${filled.accountAddress}.

1. Service name: ${filled.serviceName}
2. Webhook URL: ${filled.hookUrl}
3. Ids of the accounts that may connect: ${filled.accountId}
4. Can operators write first: no, customers of a Telegram bot begin the chat
5. Time window for answers: no
6. E-mail for notices of errors: ${filled.email}
7. Icon: the attached SVG file
8. Integration id (client_uuid): ${filled.integrationId}
9. Widget code: none, the integration has no widget
10. Roll-out to all accounts: no, this account only
11. Does the integration store files: yes, files that customers send are on our own storage; the links in our messages work for ${filled.mediaDays} days. Files that operators send we fetch from the link in the hook
12. Reactions: yes, in both directions
13. Quoting: yes, in both directions
14. Voice messages: yes, in both directions${filled.asksForLargestFile ? `\n15. Maximum size of a file: ${mostFileMegabytes} MB` : ""}

Please also
- set the hook version v2 for this channel;
- switch on the hooks "operator is typing", quotes and forwards;
- register a bot for the channel, so that we can show its own messages in the chat.

In your answer we need: the channel's id, its secret, and the id and name of its bot.

Thank you.
`,
  }),
  ru: (filled: ReturnType<typeof fill>) => ({
    subject: `Регистрация канала чатов: ${filled.serviceName}`,
    head: ["Тема", "Вложение"],
    body: `Здравствуйте!

Просим зарегистрировать приватный канал чатов для нашего аккаунта ${filled.accountAddress}.

1. Название сервиса: ${filled.serviceName}
2. Webhook URL: ${filled.hookUrl}
3. ID аккаунтов, которым можно подключать канал: ${filled.accountId}
4. Возможность писать первыми: нет, в Telegram-боте чат начинает клиент
5. Временное окно для ответа: нет
6. E-mail для уведомлений об ошибках: ${filled.email}
7. Иконка: файл SVG во вложении
8. ID интеграции (client_uuid): ${filled.integrationId}
9. Код виджета: нет, у интеграции нет виджета
10. Тиражирование на все аккаунты: нет, только этот аккаунт
11. Хранит ли интеграция файлы: да, файлы клиентов лежат в нашем хранилище; срок жизни ссылок в наших сообщениях, дней: ${filled.mediaDays}. Файлы операторов мы скачиваем по ссылке из хука
12. Реакции: да, в обе стороны
13. Цитирование: да, в обе стороны
14. Голосовые сообщения: да, в обе стороны${filled.asksForLargestFile ? `\n15. Максимальный размер файла: ${mostFileMegabytes} МБ` : ""}

Просим также:
- указать для канала версию хуков v2;
- включить хуки о наборе текста оператором («печатает»), цитаты и пересылку;
- зарегистрировать бота канала, чтобы в чате были видны его собственные сообщения.

В ответе нам нужны: ID канала, секретный ключ канала, ID и имя бота канала.

Спасибо!
`,
  }),
};
