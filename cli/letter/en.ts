import type { LetterWords } from "./words.ts";

/** The letter in English. */
export const en: LetterWords = {
  labels: { subject: "Subject", attachment: "Attachment" },
  subject: ({ serviceName }) => `Registration of a chat channel: ${serviceName}`,
  opening: ({ accountAddress }) =>
    `Hello,\n\nplease register a private chat channel for our account ${accountAddress}.`,
  points: [
    ["Service name", ({ serviceName }) => serviceName],
    ["Webhook URL", ({ hookUrl }) => hookUrl],
    ["Ids of the accounts that may connect", ({ accountId }) => accountId],
    ["Can operators write first", () => "no, customers of a Telegram bot begin the chat"],
    ["Time window for answers", () => "no"],
    ["E-mail for notices of errors", ({ email }) => email],
    ["Icon", () => "the attached SVG file"],
    ["Integration id (client_uuid)", ({ integrationId }) => integrationId],
    ["Widget code", () => "none, the integration has no widget"],
    ["Roll-out to all accounts", () => "no, this account only"],
    [
      "Does the integration store files",
      ({ mediaDays }) =>
        `yes, files that customers send are on our own storage; the links in our messages work for ${mediaDays} days. Files that operators send we fetch from the link in the hook`,
    ],
    ["Reactions", () => "yes, in both directions"],
    ["Quoting", () => "yes, in both directions"],
    ["Voice messages", () => "yes, in both directions"],
  ],
  besides: [
    "Please also",
    "- set the hook version v2 for this channel;",
    '- switch on the hooks "operator is typing", quotes and forwards;',
    "- register a bot for the channel, so that we can show its own messages in the chat.",
  ],
  closing: [
    "In your answer we need: the channel's id, its secret, and the id and name of its bot.",
    "",
    "Thank you.",
  ],
};
