import type { Language } from "../catalogue.ts";

/** A sentence in both languages. `{name}` stands for a field of the fact. */
export type Sentence = Readonly<Record<Language, string>>;

/** What a function decided, by the name of the fact in its log. */
export const factSentences: Readonly<Record<string, Sentence>> = {
  UpdateAccepted: {
    en: "put the message into the queue to amoCRM",
    ru: "положил сообщение в очередь к amoCRM",
  },
  HookAccepted: {
    en: "put the message into the queue to Telegram",
    ru: "положил сообщение в очередь к Telegram",
  },
  HookSpooled: {
    en: "kept the message in the spool, because the queue did not take it",
    ru: "положил сообщение в запас (spool): очередь его не приняла",
  },
  QueueRefused: {
    en: "the queue did not take the message, try {send}: {reason}",
    ru: "очередь не приняла сообщение, попытка {send}: {reason}",
  },
  SecretTokenRefused: {
    en: "refused a request with a wrong secret token",
    ru: "отклонил запрос с неверным секретом",
  },
  SignatureMalformed: {
    en: "refused a request without a readable signature",
    ru: "отклонил запрос без читаемой подписи",
  },
  SignatureRefused: {
    en: "refused a hook with a wrong signature",
    ru: "отклонил вебхук с неверной подписью",
  },
  HookRefused: { en: "refused a hook: {reason}", ru: "отклонил вебхук: {reason}" },
  WebhookFailed: {
    en: "could not accept a request: {reason}, answered {statusCode}",
    ru: "не смог принять запрос: {reason}, ответил {statusCode}",
  },
  DeliverySent: { en: "done", ru: "готово" },
  DeliveryDeferred: {
    en: "this attempt failed ({reason}); the next one begins in {afterSeconds} s",
    ru: "попытка не удалась ({reason}); следующая через {afterSeconds} с",
  },
  DeliveryParked: {
    en: "parked, a person decides: {reason}",
    ru: "отложил, решает человек: {reason}",
  },
  EventIgnored: { en: "nothing to send: {reason}", ru: "отправлять нечего: {reason}" },
  AttemptFailed: {
    en: "the attempt broke off ({reason}); the queue gives the message out again",
    ru: "попытка прервалась ({reason}); очередь выдаст сообщение снова",
  },
  AmbiguousStepRepeated: {
    en: "the last answer was lost: does the step again ({step})",
    ru: "прошлый ответ потерялся: повторяет шаг ({step})",
  },
  OptionalStepSkipped: {
    en: "left out a step that is not needed ({step}): {reason}",
    ru: "пропустил необязательный шаг ({step}): {reason}",
  },
  LateEvent: { en: "came late: {late}", ru: "пришло с опозданием: {late}" },
  HookCameLate: {
    en: "amoCRM sent the hook late; the customer sees when it was written",
    ru: "amoCRM прислала вебхук с опозданием; клиент увидит время написания",
  },
  EventRegrouped: {
    en: "found the chat, and moved the message behind its earlier ones",
    ru: "нашёл чат и поставил сообщение за его прежними",
  },
  StatusPostponed: {
    en: "amoCRM did not take the delivery state ({reason}); it is reported separately",
    ru: "amoCRM не приняла статус доставки ({reason}); он уйдёт отдельно",
  },
  StatusRefused: {
    en: "amoCRM refused the delivery state: {reason}",
    ru: "amoCRM отклонила статус доставки: {reason}",
  },
  StatusNotReported: {
    en: "amoCRM's id of the message is too long for a delivery state",
    ru: "id сообщения в amoCRM слишком длинный для статуса доставки",
  },
  OutageNoticeFailed: {
    en: "could not tell the customer that the message waits: {reason}",
    ru: "не смог сообщить клиенту, что сообщение ждёт: {reason}",
  },
  TopicGone: {
    en: "the topic is gone; sends without it",
    ru: "темы больше нет; отправляет без неё",
  },
  BotFailed: {
    en: "the team's bot failed: {reason}; an operator gets the message",
    ru: "бот команды не справился: {reason}; сообщение получит оператор",
  },
  LeadMade: { en: "made a lead in amoCRM: {leadId}", ru: "создал сделку в amoCRM: {leadId}" },
  LeadPostponed: {
    en: "goes without the lead for now: {reason}",
    ru: "пока идёт без сделки: {reason}",
  },
  LeadPartRefused: {
    en: "amoCRM refused a part of the lead: {reason}",
    ru: "amoCRM не приняла часть сделки: {reason}",
  },
  ContactLeftToAmocrm: {
    en: "leaves the contact to amoCRM: {reason}",
    ru: "оставляет контакт amoCRM: {reason}",
  },
  ContactMadeAgain: {
    en: "made the contact again, perhaps a second one",
    ru: "создал контакт заново, возможно второй",
  },
  LostHooksFound: {
    en: "found {found} messages whose hooks were lost, and queued them",
    ru: "нашёл сообщения с потерянными вебхуками ({found}) и поставил их в очередь",
  },
  SpoolWaiting: {
    en: "the spool has {waiting} messages",
    ru: "в запасе (spool) сообщений: {waiting}",
  },
  SpoolDrained: {
    en: "moved {drained} messages from the spool into the queue",
    ru: "перенёс из запаса (spool) в очередь: {drained}",
  },
  WideReconcileStarted: {
    en: "compares all chats of the last day with amoCRM",
    ru: "сверяет с amoCRM все чаты за сутки",
  },
  WideReconcileEnded: { en: "has compared all chats", ru: "сверил все чаты" },
  ReconcileUnfinished: {
    en: "has not compared all chats yet",
    ru: "сверил ещё не все чаты",
  },
  RoundFailed: {
    en: "the round {round} failed: {reason}",
    ru: "обход {round} не удался: {reason}",
  },
  ClosedTalksEnding: {
    en: "ends {asked} talks that were closed in amoCRM",
    ru: "завершает разговоры, закрытые в amoCRM: {asked}",
  },
  SilentTalksEnding: {
    en: "ends {asked} talks that were silent for a day",
    ru: "завершает разговоры без сообщений за сутки: {asked}",
  },
  UnansweredFound: {
    en: "found customers whom no operator has answered",
    ru: "нашёл клиентов, которым никто не ответил",
  },
  WebhookTakenAway: {
    en: "Telegram's webhook points to another address",
    ru: "вебхук Telegram указывает на другой адрес",
  },
  WebhookBacklog: {
    en: "Telegram has updates that it could not deliver",
    ru: "у Telegram есть недоставленные обновления",
  },
  WebhookErrors: {
    en: "Telegram could not deliver an update lately",
    ru: "Telegram недавно не смог доставить обновление",
  },
};

/** Why an event may leave the order of its chat. */
export const lateWords: Readonly<Record<string, Sentence>> = {
  spooled: {
    en: "the queue refused it, and the caretaker sent it on",
    ru: "очередь его не приняла, его дослал смотритель",
  },
  unverified: {
    en: "Secrets Manager was not available, and the sender verified it",
    ru: "Secrets Manager был недоступен, подпись проверил отправитель",
  },
  reconciled: {
    en: "its hook was lost, and the caretaker found it in amoCRM",
    ru: "его вебхук потерялся, смотритель нашёл его в amoCRM",
  },
  redriven: { en: "a person sent it again", ru: "человек отправил его снова" },
  "without-client-id": {
    en: "its hook did not name the customer's chat",
    ru: "вебхук не назвал чат клиента",
  },
};

/** What the page and the report say besides facts. */
export const words = {
  "telegram-webhook": { en: "Telegram's webhook", ru: "вебхук Telegram" },
  "amocrm-webhook": { en: "amoCRM's webhook", ru: "вебхук amoCRM" },
  "delivery-sender": { en: "sender", ru: "отправитель" },
  caretaker: { en: "caretaker", ru: "смотритель" },
  ledger: { en: "ledger", ru: "журнал" },
  accepted: { en: "accepted the message in {ms} ms", ru: "принял сообщение за {ms} мс" },
  answered: { en: "answered {status} in {ms} ms", ru: "ответил {status} за {ms} мс" },
  taken: { en: "took it from the queue {queue}", ru: "взял из очереди {queue}" },
  takenAgain: {
    en: "took it from the queue {queue}, time number {receive}",
    ru: "взял из очереди {queue}, раз номер {receive}",
  },
  died: {
    en: "the process ended before it answered; the queue gives the message out again at {time}",
    ru: "процесс завершился до ответа; очередь выдаст сообщение снова в {time}",
  },
  called: {
    en: "{vendor} {call}: {status} after {ms} ms",
    ru: "{vendor} {call}: {status} за {ms} мс",
  },
  noAnswer: {
    en: "{vendor} {call}: no answer, {ms} ms",
    ru: "{vendor} {call}: нет ответа, {ms} мс",
  },
  reportsState: { en: "delivery state", ru: "статус доставки" },
  tooMany: { en: "too many calls", ru: "слишком много запросов" },
  doneAfter: {
    en: "done, {seconds} s after the webhook took it",
    ru: "готово через {seconds} с после вебхука",
  },
  spooled: {
    en: "kept the message in the spool, because the queue did not take it",
    ru: "положил сообщение в запас (spool): очередь его не приняла",
  },
  "state-sending": {
    en: "being sent; this attempt holds it until {time}",
    ru: "отправляется; эта попытка держит его до {time}",
  },
  "state-waiting": {
    en: "waits for the next attempt at {time}: {reason}",
    ru: "ждёт следующей попытки в {time}: {reason}",
  },
  "state-queued": { en: "waits in its queue", ru: "ждёт в очереди" },
  "state-sent": { en: "sent", ru: "отправлено" },
  "state-ignored": { en: "nothing to send", ru: "отправлять нечего" },
  "state-parked": { en: "parked: {reason}", ru: "отложено: {reason}" },
} as const satisfies Readonly<Record<string, Sentence>>;
