import { largestToCustomerBytes } from "../../lambdas/operator-to-customer/file.ts";

/** The languages of the letter: amoCRM's support reads Russian, Kommo's reads English. */
export const letterLanguages = ["en", "ru"] as const;

/** One of these languages. */
export type LetterLanguage = (typeof letterLanguages)[number];

/** The facts for the letter, with a blank where the stage has none. */
export type Filled = {
  readonly serviceName: string;
  /** The path of the icon. */
  readonly icon: string;
  /** Ends with `:scope_id`, which amoCRM replaces. */
  readonly hookUrl: string;
  readonly accountId: string | number;
  readonly accountAddress: string;
  readonly email: string;
  readonly integrationId: string;
  readonly mediaDays: number;
  /** Kommo asks for one point more than amoCRM. */
  readonly asksForLargestFile: boolean;
};

/** The largest file that a bot can send to a customer. */
const mostFileMegabytes = largestToCustomerBytes / 1024 / 1024;

/**
 * The letter, with its subject in the first line: the 14 points in amoCRM's own order (Kommo has a 15th), each with this bridge's answer, and then the features
 * that amoCRM keeps off unless the letter asks for them.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 * @see https://developers.kommo.com/reference/register-channel
 */
export const letters: Readonly<Record<LetterLanguage, (filled: Filled) => string>> = {
  en: (filled) => `Subject: Registration of a chat channel: ${filled.serviceName}
Attachment: ${filled.icon}

Hello,

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
  ru: (filled) => `Тема: Регистрация канала чатов: ${filled.serviceName}
Вложение: ${filled.icon}

Здравствуйте!

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
};
