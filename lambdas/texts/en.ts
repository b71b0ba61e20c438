import type { Texts } from "./catalogue.ts";

export const english: Texts = {
  greeting: "Hello! Write your question here and an operator will answer you in this chat.",
  waiting: "Your message has been received. Operators will see it a little later than usual.",
  outsideHours:
    "Your message has been received. Operators are not at work now. Their next working time: {time}.",
  stillWaiting: "Thank you for waiting. Operators have your message and will answer you here.",
  unanswered: "The customer has had no answer in Telegram since {time}.",
  cameFrom: "Came from: {from}",
  linkUsed:
    "The customer opened a link made for contact {contact}. Another chat has used it already, so nothing was linked.",
  linkOfOther:
    "A customer opened a link made for contact {contact} in a chat that has another contact. The chat stays where it is.",
  late: "[written {time} UTC] ",
  begun: "The customer has received its beginning.",
  wordsOnly:
    "The customer has received the words only: the rest ({kind}) cannot be sent to Telegram yet.",
  edited: "[edited]",
  removed: "[removed]",
  forwarded: "Forwarded from {name}:",
  byAdministrator: "[Written by an administrator of the channel]",
  tooLarge: "the file is too large to be carried over; ask the customer for a link",
  unavailable: "could not be carried over",
  sendSmaller:
    "This file is too large: please send one of at most {size}, or a link to it. Your message itself has been received.",
  sendAgain:
    "A file of yours did not come through: please send it once more. Your message itself has been received.",
  fileByLink: "A file for you:",
  liveLocation: {
    begun: "Live location started here.",
    ended: "Live location ended here.",
  },
  reacted: "[reaction]",
  unreacted: "[reaction taken back]",
  unsupportedChat: {
    group: "I answer in private chats only. Please write to me directly.",
    channel: "I answer in private chats only. Please write to me directly.",
    business:
      "Messages to this account are not passed on by the bot. Please write to the bot directly.",
  },
  invite: "Send them this link:",
  operatorCalled: "An operator has been called and will answer you in this chat.",
  talkClosed: "The talk with the operator is over. The bot answers again.",
  nothingOpen: "No talk with an operator is open.",
  askPhone:
    "You can share your phone number, so that operators recognise you: press the button below.",
  sharePhone: "Share my number",
  phoneShared: "Thank you! Operators have your number now.",
  notYourPhone:
    "Only your own number can be linked to you: press the button for that. The contact has been passed on as a message.",
  chooseLanguage: "Choose a language:",
  languageChosen: "I will write to you in English.",
  languageName: "English",
  commands: {
    start: "Begin",
    help: "What I can do",
    operator: "Call an operator",
    end: "End the talk with the operator",
    language: "Choose a language",
  },
  locale: new Intl.Locale("en"),
  failures: {
    blocked: "The customer has blocked the bot. The message was not delivered.",
    deactivated: "The customer has deleted their Telegram account. The message was not delivered.",
    "chat-not-found": "Telegram does not know this chat. The message was not delivered.",
    "write-first":
      "A Telegram bot cannot write first: the customer has to write to the bot before you can answer.",
    "customer-is-bot":
      "The other side is a bot, and Telegram lets no bot write to it. The message was not delivered.",
    "customer-restricts":
      "The customer's own Telegram settings keep messages from the bot away. The message was not delivered.",
    "bot-not-in-chat": "The bot is not in this chat any more. The message was not delivered.",
    "bot-has-no-right":
      "The bot has no right to write this in the chat. The message was not delivered.",
    forbidden: "Telegram does not allow the bot to write here. The message was not delivered.",
    "foreign-conversation": "This conversation does not belong to this Telegram bot.",
    "kind-not-supported":
      "Messages of this kind cannot be sent to Telegram yet. Please send it as text.",
    "file-too-large": "The file is too large for Telegram. It was not delivered.",
    "attachment-unavailable":
      "The attached file could not be fetched. The message was not delivered.",
    "empty-text": "The message has no text, so Telegram cannot show it.",
    "refused-by-telegram": "Telegram refused the message. It was not delivered.",
    "refused-by-amocrm": "The CRM refused the message.",
    "outcome-unknown":
      "Telegram did not confirm the message. It may have been delivered; please ask the customer.",
    "gave-up": "The message could not be delivered to Telegram within 24 hours.",
    "not-understood": "The bridge could not read this message. It was not delivered.",
    "not-authentic": "The message is not signed by the CRM. It was not delivered.",
    "foreign-account": "The message names another account of the CRM. It was not delivered.",
    "too-old":
      "The message was written more than 35 days before it reached the bridge. It was not delivered.",
  },
  kinds: {},
};
