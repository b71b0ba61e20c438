import type { Sentence } from "../../local/page/app/way/sentences.ts";

/** The words of the reports besides those that the page of a laptop run also has. */
export const texts = {
  message: { en: "Message {name}", ru: "Сообщение {name}" },
  chat: { en: "Chat {chat}, {from} to {until}", ru: "Чат {chat}, с {from} по {until}" },
  from: { en: "from {side}", ru: "из {side}" },
  unknownSide: { en: "an unknown side", ru: "неизвестной стороны" },
  incomplete: { en: "Incomplete: {gap}.", ru: "Неполно: {gap}." },
  next: { en: "What to do: {next}", ru: "Что делать: {next}" },
  bridge: { en: "the bridge", ru: "мост" },
  operator: { en: "operator", ru: "оператор" },

  operatorWrote: { en: "the operator wrote it", ru: "оператор написал его" },
  customerWrote: {
    en: "the customer wrote it; operators see it",
    ru: "клиент написал его; операторы его видят",
  },
  noEvent: {
    en: "its event is not known: a customer's message that operators see was delivered; an operator's message may have lost its hook",
    ru: "событие неизвестно: сообщение клиента, которое видят операторы, доставлено; у сообщения оператора мог потеряться вебхук",
  },
  accepted: { en: "accepted it", ru: "принял его" },
  acceptedSometime: {
    en: "accepted it; the time is stored only for messages that wait or are parked",
    ru: "принял его; время хранится только у сообщений, которые ждут или отложены",
  },
  cameLate: { en: "it came late: {late}", ru: "оно пришло с опозданием: {late}" },
  failed: {
    en: "{attempts} attempts failed, {unknown} of them got no answer",
    ru: "неудачных попыток: {attempts}, из них без ответа: {unknown}",
  },
  redriven: {
    en: "a person sent it again, times: {times}",
    ru: "человек отправлял его снова, раз: {times}",
  },
  discarded: { en: "a person discarded it", ru: "человек отказался от него" },
  toldAtOnce: {
    en: "was told the outcome at once",
    ru: "сразу увидел итог",
  },
  toldDelivered: { en: "was told “delivered”, separately", ru: "увидел «доставлено», отдельно" },
  toldNotDelivered: {
    en: "was told “not delivered”, separately",
    ru: "увидел «не доставлено», отдельно",
  },
  notTold: { en: "has not been told the outcome yet", ru: "ещё не увидел итог" },
  noticed: { en: "the customer's notice about the wait", ru: "уведомление клиенту об ожидании" },

  status: { en: "State of the bridge, {stage}", ru: "Состояние моста, {stage}" },
  notRead: { en: "could not be read: {why}", ru: "прочитать не удалось: {why}" },
  toAmocrm: { en: "To amoCRM", ru: "В amoCRM" },
  toTelegram: { en: "To Telegram", ru: "В Telegram" },
  queue: {
    en: "{waiting} wait, {inFlight} are being sent",
    ru: "ждут: {waiting}, отправляются: {inFlight}",
  },
  oldest: { en: ", the oldest for {age}", ru: ", старшее ждёт {age}" },
  dead: {
    en: "; {dead} came to no end (dead letters), for the platform team",
    ru: "; не обработаны до конца (dead letters): {dead}, для команды платформы",
  },
  lastFailure: { en: "Last failed attempt", ru: "Последняя неудача" },
  failedAt: { en: "{time}: {reason}; {since}", ru: "{time}: {reason}; {since}" },
  stillWaits: {
    en: "the message still waits",
    ru: "сообщение ещё ждёт",
  },
  succeeded: { en: "the message was sent since", ru: "сообщение с тех пор отправлено" },
  ended: {
    en: "the message does not wait any more",
    ru: "сообщение больше не ждёт",
  },
  none: { en: "none", ru: "нет" },
  parked: { en: "Parked, a person decides", ru: "Отложены, решает человек" },
  spool: { en: "Kept beside the queue (spool)", ru: "В запасе (spool)" },
  since: { en: "the oldest since {time}", ru: "старшее с {time}" },
  customers: { en: "Customers", ru: "Клиенты" },
  unreachable: {
    en: "{blocked} have blocked the bot, {deactivated} have left Telegram, of {of} chats",
    ru: "заблокировали бота: {blocked}, ушли из Telegram: {deactivated}, чатов: {of}",
  },
  firstChats: { en: " (the first ones)", ru: " (первые)" },
  answers: { en: "Operators' answers in a day", ru: "Ответы операторов за сутки" },
  answerTimes: {
    en: "{count}: half within {half}, nine of ten within {most} of working time",
    ru: "{count}: половина за {half}, девять из десяти за {most} рабочего времени",
  },
  requests: { en: "Requests accepted", ru: "Принято запросов" },
  availability: {
    en: "{percent} % in {days} days, {failed} of {counted} failed",
    ru: "{percent} % за {days} дней, не принято {failed} из {counted}",
  },
  unknown: { en: "unknown", ru: "неизвестно" },
  caretaker: { en: "Caretaker", ru: "Смотритель" },
  neverRan: { en: "has not run yet", ru: "ещё не запускался" },
  ran: { en: "ran at {time}", ru: "запускался {time}" },
  failedRounds: { en: "; failed: {rounds}", ru: "; не удались: {rounds}" },
  lostHooks: {
    en: "; {found} lost messages of operators found at {time}",
    ru: "; найдено потерянных сообщений операторов: {found}, в {time}",
  },
} as const satisfies Readonly<Record<string, Sentence>>;

/** What each step of an event did, by its name in the ledger. `{id}` is the other side's id of a message. */
export const stepTexts: Readonly<Record<string, Sentence>> = {
  "keep-file": { en: "stored the customer's file", ru: "сохранил файл клиента" },
  "show-message": {
    en: "showed it to the operators, in amoCRM {id}",
    ru: "показал его операторам, в amoCRM {id}",
  },
  "show-reaction": { en: "showed the reaction to the operators", ru: "показал реакцию операторам" },
  "show-bot-message": {
    en: "showed the bot's message to the operators, in amoCRM {id}",
    ru: "показал операторам сообщение бота, в amoCRM {id}",
  },
  "open-talk": { en: "gave the talk to operators", ru: "передал разговор операторам" },
  "catch-up": {
    en: "showed the operators the earlier talk",
    ru: "показал операторам прежний разговор",
  },
  "close-talk": { en: "gave the talk back to the bot", ru: "вернул разговор боту" },
  "close-crm-talk": { en: "closed the talk in amoCRM", ru: "закрыл разговор в amoCRM" },
  "answer-as-bot": { en: "the bot answered, in Telegram {id}", ru: "ответил бот, в Telegram {id}" },
  "link-phone": { en: "added the phone to the contact", ru: "добавил телефон к контакту" },
  "make-lead": { en: "looked after the contact's lead", ru: "позаботился о сделке контакта" },
  "write-profile": { en: "wrote the fields of the contact", ru: "заполнил поля контакта" },
  "add-note": { en: "added a note", ru: "добавил примечание" },
  say: { en: "wrote to the customer, in Telegram {id}", ru: "написал клиенту, в Telegram {id}" },
  "report-wait": { en: "reported the wait", ru: "сообщил об ожидании" },
  "send-preface": {
    en: "said when the message was written, in Telegram {id}",
    ru: "сообщил, когда сообщение написано, в Telegram {id}",
  },
  "send-file": { en: "sent the file, in Telegram {id}", ru: "отправил файл, в Telegram {id}" },
  "send-text": { en: "sent the text, in Telegram {id}", ru: "отправил текст, в Telegram {id}" },
  react: { en: "put the reaction", ru: "поставил реакцию" },
  "show-typing": { en: "showed that the operator types", ru: "показал, что оператор печатает" },
  "report-status": {
    en: "reported the delivery state",
    ru: "сообщил статус доставки",
  },
};

/** What became of a step that did not end as planned. */
export const outcomeTexts: Readonly<Record<string, Sentence>> = {
  skipped: {
    en: "it failed, and the message goes on without it",
    ru: "не удалось, сообщение идёт без этого",
  },
  refused: { en: "refused, another way is tried", ru: "отклонено, пробует иначе" },
  "too-large": { en: "the file is too large", ru: "файл слишком большой" },
  unavailable: { en: "the file cannot be fetched", ru: "файл получить нельзя" },
  unchanged: { en: "nothing was left to change", ru: "менять нечего" },
  outdated: { en: "something newer was known", ru: "известно более новое" },
};
