import type { Catalogue } from "../catalogue.ts";

export const way = {
  wayTitle: { en: "The way between", ru: "Путь сообщения" },
  toOperator: { en: "to the operator", ru: "оператору" },
  toCustomer: { en: "to the customer", ru: "клиенту" },

  proofTitle: { en: "The running proof", ru: "Проверка на ходу" },
  proofNone: { en: "Nobody has written yet.", ru: "Пока никто не писал." },
  proofWithoutLedger: {
    en: "With AWS_ENDPOINT_URL the page does not see the ledger, so it proves nothing.",
    ru: "С AWS_ENDPOINT_URL страница не видит журнал, поэтому ничего не доказывает.",
  },
  proofGood: {
    en: "Lost 0, out of order 0.",
    ru: "Потеряно 0, не по порядку 0.",
  },
  proofBad: {
    en: "Lost {lost}, out of order {outOfOrder}.",
    ru: "Потеряно {lost}, не по порядку {outOfOrder}.",
  },
  proofHow: {
    en: "What people wrote on one side, against what the other side and the ledger have.",
    ru: "Что написали на одной стороне — против того, что есть на другой и в журнале.",
  },
  proofNotAccepted: { en: "not accepted yet", ru: "ещё не приняты" },
  proofAccepted: { en: "accepted", ru: "приняты" },
  proofDelivered: { en: "delivered", ru: "доставлены" },
  proofAnswered: { en: "answered by the bot", ru: "ответил бот" },
  proofWaiting: { en: "on the way", ru: "в пути" },
  proofParked: { en: "parked", ru: "отложены" },
  proofIgnored: { en: "nothing to send", ru: "отправлять нечего" },
  proofReconciled: { en: "found after a lost hook", ru: "найдены после потери вебхука" },
  proofLost: { en: "lost", ru: "потеряны" },
  proofOutOfOrder: { en: "out of order", ru: "не по порядку" },

  breakTitle: { en: "Break it", ru: "Сломайте" },
  "break-telegram-limits": { en: "Telegram: too many calls", ru: "Telegram: слишком часто" },
  "break-telegram-limits-about": {
    en: "Telegram answers 429 to every message for 10 seconds.",
    ru: "Telegram 10 секунд отвечает 429 на каждое сообщение.",
  },
  "break-amocrm-down": { en: "amoCRM is down", ru: "amoCRM не работает" },
  "break-amocrm-down-about": {
    en: "amoCRM answers 503 to every call until you switch it off.",
    ru: "amoCRM отвечает 503 на каждый запрос, пока не выключите.",
  },
  "break-answers-lost": { en: "Answers get lost", ru: "Ответы теряются" },
  "break-answers-lost-about": {
    en: "amoCRM takes the next three messages, but its answers do not arrive.",
    ru: "amoCRM принимает три следующих сообщения, но её ответы не доходят.",
  },
  "break-hook-lost": { en: "A hook is lost", ru: "Вебхук теряется" },
  "break-hook-lost-about": {
    en: "amoCRM's next hook does not arrive. The caretaker finds the message in 3 to 8 minutes.",
    ru: "Следующий вебхук amoCRM не дойдёт. Смотритель найдёт сообщение за 3–8 минут.",
  },
  "break-kill-sender": { en: "Kill the sender now", ru: "Убить отправителя сейчас" },
  "break-kill-sender-about": {
    en: "Ends every process of the sender, as AWS may do at any moment.",
    ru: "Завершает все процессы отправителя, как может в любой момент сделать AWS.",
  },
  "break-wrong-secret": { en: "Wrong secret", ru: "Неверный секрет" },
  "break-wrong-secret-about": {
    en: "Stores a wrong secret of amoCRM's channel: the bridge refuses its hooks, and amoCRM refuses the bridge's calls.",
    ru: "Записывает неверный секрет канала amoCRM: мост отклоняет её вебхуки, а она — его запросы.",
  },
  "break-customer-blocked": { en: "The customer blocks the bot", ru: "Клиент блокирует бота" },
  "break-customer-blocked-about": {
    en: "The customer on the phone blocks the bot: {name}.",
    ru: "Бота блокирует клиент на телефоне: {name}.",
  },
  breakNobody: { en: "nobody has written yet", ru: "пока никто не писал" },
  "break-many-messages": { en: "200 messages", ru: "200 сообщений" },
  "break-many-messages-about": {
    en: "20 customers write 10 messages each, at the same time.",
    ru: "20 клиентов одновременно пишут по 10 сообщений.",
  },
  breakOn: { en: "on", ru: "включено" },
  breakOff: { en: "off", ru: "выключено" },
  breakLeft: { en: "on, {seconds} s left", ru: "включено, ещё {seconds} с" },
  breakTimes: { en: "on, {times} times left", ru: "включено, осталось раз: {times}" },
  breakLineOn: { en: "on", ru: "включить" },
  breakLineOff: { en: "off", ru: "выключить" },
  copy: { en: "copy", ru: "копировать" },
  copied: { en: "copied", ru: "скопировано" },
  copyOf: { en: "copy: {what}", ru: "копировать: {what}" },

  queuesTitle: { en: "Queues and ledger", ru: "Очереди и журнал" },
  queue: { en: "Queue", ru: "Очередь" },
  queueWaiting: { en: "waiting", ru: "ждут" },
  queueInFlight: { en: "in flight", ru: "в работе" },
  queueDead: { en: "dead letters", ru: "dead letters" },
  ledgerStates: {
    en: "Ledger: {sent} sent, {sending} being sent, {waiting} waiting, {ignored} with nothing to send, {parked} parked.",
    ru: "Журнал: отправлено {sent}, отправляется {sending}, ждут {waiting}, отправлять нечего {ignored}, отложено {parked}.",
  },

  delaysTitle: { en: "Delays", ru: "Задержки" },
  delaysSummary: {
    en: "The last {count} messages: half within {half} s, the slowest {most} s after the webhook accepted them.",
    ru: "Последние {count} сообщений: половина за {half} с, самое медленное за {most} с после вебхука.",
  },
  delaysNone: { en: "No message has arrived yet.", ru: "Пока ни одно сообщение не дошло." },
  seconds: { en: "seconds", ru: "секунды" },
  secondsShort: { en: "s", ru: "с" },

  eventsTitle: { en: "Messages on their way", ru: "Сообщения в пути" },
  eventsNone: {
    en: "Write something on the phone: each hop appears here.",
    ru: "Напишите что-нибудь на телефоне: каждый шаг появится здесь.",
  },
  eventsMore: { en: "earlier ones", ru: "более ранние" },
  eventReceives: { en: "attempt {receive}", ru: "попытка {receive}" },
  eventNext: { en: "again in {seconds} s", ru: "снова через {seconds} с" },
  eventQueued: { en: "in its queue", ru: "в очереди" },
  eventSending: { en: "being sent", ru: "отправляется" },
  eventWaiting: { en: "waiting", ru: "ждёт" },
  eventSent: { en: "sent", ru: "отправлено" },
  eventIgnored: { en: "nothing to send", ru: "отправлять нечего" },
  eventParked: { en: "parked", ru: "отложено" },

  besideTitle: { en: "Beside the messages", ru: "Помимо сообщений" },
  besideNone: {
    en: "Nothing was refused, and the caretaker has found nothing.",
    ru: "Ничего не отклонено, смотритель ничего не нашёл.",
  },
} as const satisfies Catalogue;
