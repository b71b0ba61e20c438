import type { DeliveryErrorCode } from "../model/delivery-status.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { Language } from "../model/message.ts";

type Texts = {
  /** What the bot answers to /start and /operator. */
  readonly greeting: string;
  /** What a customer is told while amoCRM takes nothing. */
  readonly waiting: string;
  /** Stands before a message that comes after later ones; `{time}` is when it was written. */
  readonly late: string;
  /** Follows a failure of a message whose first parts arrived. */
  readonly begun: string;
  /** Stands before the new text of a message that amoCRM could not change. */
  readonly edited: string;
  /** Why a message did not reach the customer, for the operator who wrote it. */
  readonly failures: Readonly<Record<PermanentReason, string>>;
  /** Names of the Bot API's kinds of content; a kind not named here is shown by the API's word. */
  readonly kinds: Readonly<Record<string, string>>;
};

const texts: Readonly<Record<Language, Texts>> = {
  en: {
    greeting: "Hello! Write your question here and an operator will answer you in this chat.",
    waiting: "Your message has been received. Operators will see it a little later than usual.",
    late: "[written {time} UTC] ",
    begun: "The customer has received its beginning.",
    edited: "[edited]",
    failures: {
      blocked: "The customer has blocked the bot. The message was not delivered.",
      deactivated:
        "The customer has deleted their Telegram account. The message was not delivered.",
      "chat-not-found": "Telegram does not know this chat. The message was not delivered.",
      "write-first":
        "A Telegram bot cannot write first: the customer has to write to the bot before you can answer.",
      "foreign-conversation": "This conversation does not belong to this Telegram bot.",
      "kind-not-supported":
        "Messages of this kind cannot be sent to Telegram yet. Please send it as text.",
      "empty-text": "The message has no text, so Telegram cannot show it.",
      "refused-by-telegram": "Telegram refused the message. It was not delivered.",
      "refused-by-amocrm": "amoCRM refused the message.",
      "outcome-unknown":
        "Telegram did not confirm the message. It may have been delivered; please ask the customer.",
      "gave-up": "Telegram could not be reached for 24 hours. The message was not delivered.",
      "not-understood": "The bridge could not read this message. It was not delivered.",
      "not-authentic": "The message is not signed by amoCRM. It was not delivered.",
      "foreign-account": "The message names another amoCRM account. It was not delivered.",
    },
    kinds: {},
  },
  ru: {
    greeting: "Здравствуйте! Напишите свой вопрос, и оператор ответит вам в этом чате.",
    waiting: "Ваше сообщение получено. Операторы увидят его чуть позже, чем обычно.",
    late: "[написано {time} UTC] ",
    begun: "Начало сообщения клиент получил.",
    edited: "[изменено]",
    failures: {
      blocked: "Клиент заблокировал бота. Сообщение не доставлено.",
      deactivated: "Клиент удалил свой аккаунт в Telegram. Сообщение не доставлено.",
      "chat-not-found": "Telegram не находит этот чат. Сообщение не доставлено.",
      "write-first":
        "Бот в Telegram не может написать первым: сначала клиент должен написать боту.",
      "foreign-conversation": "Эта беседа не относится к этому боту в Telegram.",
      "kind-not-supported":
        "Сообщения такого вида пока нельзя отправить в Telegram. Пожалуйста, отправьте текстом.",
      "empty-text": "В сообщении нет текста, Telegram не может его показать.",
      "refused-by-telegram": "Telegram не принял сообщение. Оно не доставлено.",
      "refused-by-amocrm": "amoCRM не приняла сообщение.",
      "outcome-unknown":
        "Telegram не подтвердил сообщение. Возможно, оно доставлено; уточните у клиента.",
      "gave-up": "Telegram был недоступен 24 часа. Сообщение не доставлено.",
      "not-understood": "Мост не смог прочитать это сообщение. Оно не доставлено.",
      "not-authentic": "Сообщение не подписано amoCRM. Оно не доставлено.",
      "foreign-account": "В сообщении указан другой аккаунт amoCRM. Оно не доставлено.",
    },
    kinds: {
      animation: "анимация",
      audio: "аудио",
      contact: "контакт",
      dice: "кубик",
      document: "документ",
      game: "игра",
      location: "местоположение",
      photo: "фото",
      poll: "опрос",
      sticker: "стикер",
      story: "история",
      venue: "место",
      video: "видео",
      video_note: "видеосообщение",
      voice: "голосовое сообщение",
    },
  },
};

const errorCodes: Readonly<Partial<Record<PermanentReason, DeliveryErrorCode>>> = {
  blocked: 901,
  deactivated: 901,
  "chat-not-found": 904,
  "write-first": 904,
  "foreign-conversation": 904,
};

/** The bot's answer to /start and /operator. */
export function greeting(language: Language): string {
  return texts[language].greeting;
}

/** Tells a customer that the message waits for amoCRM. */
export function waiting(language: Language): string {
  return texts[language].waiting;
}

/** Code and sentence that tell an operator why a message did not arrive. */
export function failureForOperator(
  reason: PermanentReason,
  language: Language,
  /** The first parts of a long message are with the customer already. */
  isBegun = false,
): { errorCode: DeliveryErrorCode; error: string } {
  const { failures, begun } = texts[language];
  const error = isBegun ? `${failures[reason]} ${begun}` : failures[reason];
  return { errorCode: errorCodes[reason] ?? 905, error };
}

/** Says when a late message was written. */
export function lateNote(sentAtMillis: number | undefined, language: Language): string {
  if (sentAtMillis === undefined) return "";
  const minutes = Math.floor(sentAtMillis / 60_000);
  const two = (number: number) => String(number).padStart(2, "0");
  const time = `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
  return texts[language].late.replace("{time}", time);
}

/** The new text of a message that amoCRM could not change, shown as a message of its own. */
export function editedText(text: string, language: Language): string {
  return `${texts[language].edited} ${text}`;
}

/** Stands in an amoCRM chat for content that cannot be carried over yet: its kind and its text. */
export function placeholder(kind: string, text: string | undefined, language: Language): string {
  const { kinds } = texts[language];
  const named = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const label = named === undefined ? `[${kind}]` : `[${named} · ${kind}]`;
  return text === undefined || text === "" ? label : `${label} ${text}`;
}
