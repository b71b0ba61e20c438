import * as z from "zod";
import { isTelegramId } from "../../lambdas/model/ids.ts";
import { languages, askPhoneMoments } from "../../lambdas/model/conversation.ts";
import {
  accountOrigin,
  botApiRoot,
  certificateArn,
  chatServiceOf,
  flag,
  host,
  hostedZone,
  hostPattern,
  oneOf,
  wholeNumber,
} from "./fields.ts";
import { registration } from "./registration.ts";
import { texts } from "./texts.ts";
import { closeTalks, unanswered, workingHours } from "./waiting.ts";

/** Two is Lambda's minimum. The small defaults leave a new account's quota to ingest. */
const concurrency = wholeNumber(2, 1000);

/** The hosts of operators' attachments at amoCRM and Kommo. */
const amocrmHosts = [
  "amojo.amocrm.ru",
  "amojo.amocrm.com",
  "amojo.kommo.com",
  "*.amocrm.ru",
  "*.amocrm.com",
  "*.kommo.com",
];

const telegram = z.strictObject({
  botId: z
    .string("expected the bot's number in quotes")
    .refine(isTelegramId, "expected digits only: the bot's number, not its token")
    .meta({
      description:
        "The number before the colon of the bot's token. Never write the token itself here.",
      examples: ["1000000001"],
    }),
  apiRoot: botApiRoot("https://api.telegram.org")
    .default("https://api.telegram.org")
    .meta({
      description: "The address of the Bot API. Change it only for a Bot API server of your own.",
      examples: ["https://bot-api.example.com"],
    }),
});

const amocrmFields = z.strictObject({
  origin: accountOrigin.meta({
    description: "The address of your account at amoCRM or Kommo.",
    examples: ["https://example.amocrm.ru"],
  }),
  amojoOrigin: oneOf([
    "https://amojo.amocrm.ru",
    "https://amojo.amocrm.com",
    "https://amojo.kommo.com",
  ])
    .exactOptional()
    .meta({
      description: "The chat service of the account. Its domain is the domain of `amocrm.origin`.",
      examples: ["https://amojo.amocrm.ru"],
      whenOmitted: "the chat service of the domain of `amocrm.origin`",
    }),
  contacts: oneOf(["link", "leave-to-amocrm"])
    .default("link")
    .meta({
      description:
        'Who makes a new customer\'s contact. With `"link"`, the bridge makes it and links the chat to it by amoCRM\'s main API, if there is a token. With `"leave-to-amocrm"`, amoCRM makes it, and the bridge does not call the main API at all.',
      examples: ["link"],
    }),
  bot: z
    .strictObject({
      id: z
        .string("expected the id from amoCRM support")
        .min(1, "expected a value")
        .meta({
          description: "The bot's id from amoCRM support.",
          examples: ["f1910c7f-b1e0-4184-bd09-c7def2a9109a"],
        }),
      name: z
        .string("expected the name from amoCRM support")
        .min(1, "expected a value")
        .meta({
          description: "The bot's name from amoCRM support.",
          examples: ["Telegram bot"],
        }),
    })
    .exactOptional()
    .meta({
      description: "The channel's bot, if amoCRM support has registered one.",
      whenOmitted: "the channel has no bot",
    }),
  registration: registration.exactOptional().meta({
    description:
      "Facts for the letter to amoCRM support (`npx bridge registration-letter`). None of them is a secret.",
    whenOmitted: "the letter has blanks",
  }),
});

const amocrm = amocrmFields.transform(({ amojoOrigin, ...rest }) => ({
  ...rest,
  amojoOrigin: amojoOrigin ?? chatServiceOf(rest.origin),
}));

const domain = z.strictObject({
  host: host("bridge.example.com").meta({
    description: "The host of the webhooks, in a domain that you own.",
    examples: ["bridge.example.com"],
  }),
  certificateArn: certificateArn.meta({
    description: "A certificate of ACM in the stage's region, for exactly this host.",
    examples: [
      "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000001",
    ],
  }),
  hostedZone: hostedZone.exactOptional().meta({
    description:
      "The public zone, in the stage's account, in which the deployment makes the host's alias record.",
    whenOmitted: "make the record yourself; the output `WebhookDnsTarget` names its target",
  }),
  keepFormerAddress: flag.exactOptional().meta({
    description:
      "Keeps the address that AWS gave. For a bridge that got its host later, until amoCRM support has registered the host: amoCRM does not repeat a hook to an address that is off.",
    examples: [true],
    whenOmitted: "only the host answers",
  }),
});

const mediaDomain = z.strictObject({
  host: host("files.example.com").meta({
    description: "The host of customers' files, in a domain that you own.",
    examples: ["files.example.com"],
  }),
  certificateArn: certificateArn.meta({
    description: "A certificate of ACM in us-east-1, where CloudFront needs it, for this host.",
    examples: [
      "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000002",
    ],
  }),
  hostedZone: hostedZone.exactOptional().meta({
    description:
      "The public zone, in the stage's account, in which the deployment makes the host's alias records.",
    whenOmitted: "make a CNAME record yourself; the output `MediaDnsTarget` names its target",
  }),
});

/** The settings of a bridge by their names. The descriptions become docs/settings.md. */
export const bridgeSettings = z.strictObject({
  telegram: telegram.meta({ description: "The bot." }),
  amocrm: amocrm.meta({ description: "The account at amoCRM or Kommo." }),
  domain: domain.exactOptional().meta({
    description:
      "The host of the webhooks. Required for a stage with customers: amoCRM support takes days to change a hook's address.",
    whenOmitted: "API Gateway chooses the address",
  }),
  mediaDomain: mediaDomain.exactOptional().meta({
    description: "The host of customers' files.",
    whenOmitted: "CloudFront chooses the address",
  }),
  operatorLanguage: oneOf(languages).meta({
    description: "The language that operators read.",
    examples: ["ru"],
  }),
  texts: texts.prefault({}).meta({
    description:
      "Your own texts instead of the catalogue's ([lambdas/texts](../lambdas/texts)), by language and place. Each text keeps its placeholders.",
    examples: [{ ru: { greeting: "Здравствуйте! Напишите нам, и мы ответим." } }],
  }),
  handOff: oneOf(["always", "on-request"])
    .default("always")
    .meta({
      description:
        "Who answers: always operators, or the bot in `lambdas/bot` until a customer calls an operator ([docs/hand-off.md](hand-off.md)).",
      examples: ["on-request"],
    }),
  askPhone: oneOf(askPhoneMoments)
    .default("never")
    .meta({
      description:
        "When the bot asks customers for their number: with the greeting, or when they want an operator.",
      examples: ["when-called"],
    }),
  workingHours: workingHours.exactOptional().meta({
    description: "The hours in which operators work ([docs/hand-off.md](hand-off.md#who-waits)).",
    whenOmitted: "customers get no notice, and every minute is a working minute",
  }),
  unanswered: unanswered.exactOptional().meta({
    description:
      "What happens when no operator has answered a customer for a time ([docs/hand-off.md](hand-off.md#who-waits)).",
    whenOmitted: "nothing, and the bridge does not measure the time until an answer",
  }),
  closeTalks: closeTalks.exactOptional().meta({
    description:
      'Closes the talk in amoCRM too when the customer ends it with `/end`, or after a day of silence. It needs `handOff: "on-request"` and an API token.',
    whenOmitted: "the talk stays open in amoCRM",
  }),
  reassureCustomers: flag.default(false).meta({
    description: "Sends customers an outage notice while amoCRM accepts no messages.",
    examples: [true],
  }),
  mediaAllowedHosts: z
    .array(hostPattern, "expected a list of host names")
    .min(1, "expected at least one host name")
    .default(amocrmHosts)
    .meta({
      description:
        "The bridge fetches operators' attachments only from these hosts. `*.` stands for every host below.",
      examples: [["*.amocrm.ru"]],
    }),
  concurrency: z
    .strictObject({
      toAmocrm: concurrency.default(5).meta({
        description: "How many messages go to amoCRM at the same time.",
        examples: [20],
      }),
      toTelegram: concurrency.default(6).meta({
        description:
          "How many messages go to Telegram at the same time. The default matches the messages that a bot may send in a second: each message takes a slot for a fifth of a second.",
        examples: [10],
      }),
    })
    .prefault({})
    .meta({
      description:
        "Senders that run at the same time. Together with the stage's other bridges they must leave a tenth of `lambdaQuota` free.",
    }),
});

/** The settings of a bridge, one bot and one amoCRM account. They are checked, with defaults filled in. */
export type BridgeSettings = z.output<typeof bridgeSettings>;
