import * as z from "zod";
import { isTelegramId } from "../../lambdas/model/ids.ts";
import { languages, askPhoneMoments } from "../../lambdas/model/conversation.ts";
import { address, certificateArn, host, hostPattern, wholeNumber } from "./fields.ts";
import { registration } from "./registration.ts";
import { texts } from "./texts.ts";

/** Two is Lambda's minimum. The small defaults leave a new account's quota to ingest. */
const concurrency = wholeNumber(2, 1000);

/** The hosts of operators' attachments at amoCRM and Kommo. `*.` stands for every host below. */
const amocrmHosts = [
  "amojo.amocrm.ru",
  "amojo.amocrm.com",
  "amojo.kommo.com",
  "*.amocrm.ru",
  "*.amocrm.com",
  "*.kommo.com",
];

const telegram = z.strictObject({
  /** The number before the colon of the bot's token. Never write the token itself here. */
  botId: z
    .string("expected the bot's number in quotes")
    .refine(isTelegramId, "expected digits only: the bot's number, not its token"),
  apiRoot: address(true, "https://api.telegram.org").default("https://api.telegram.org"),
});

const amocrm = z.strictObject({
  amojoOrigin: address(false, "https://amojo.amocrm.ru").default("https://amojo.amocrm.ru"),
  origin: address(false, "https://example.amocrm.ru"),
  /**
   * Who makes a new customer's contact. With "link", the bridge makes it and links the chat to it by
   * amoCRM's main API, if there is a token. With "leave-to-amocrm", amoCRM makes it, and the bridge
   * does not call the main API at all.
   */
  contacts: z
    .enum(["link", "leave-to-amocrm"], 'expected "link" or "leave-to-amocrm"')
    .default("link"),
  /** The channel's bot, if amoCRM support has registered one. */
  bot: z
    .strictObject({
      id: z.string("expected the id from amoCRM support").min(1, "expected a value"),
      name: z.string("expected the name from amoCRM support").min(1, "expected a value"),
    })
    .exactOptional(),
  registration: registration.exactOptional(),
});

const zoneId = "expected the id of a hosted zone, such as Z0123456789ABCDEFGHIJ";

/** The host of the webhooks. Without it, API Gateway chooses the address. */
const domain = z.strictObject({
  host: host("bridge.example.com"),
  /** A certificate in the stage's region, for exactly this host. */
  certificateArn,
  /**
   * The zone in which the deployment makes the host's alias record. Without it, the output
   * `WebhookDnsTarget` names the target of the record.
   */
  hostedZone: z
    .strictObject({
      id: z.string(zoneId).regex(/^Z[A-Z0-9]{1,31}$/, zoneId),
      name: host("example.com"),
    })
    .exactOptional(),
  /**
   * Keeps the address that AWS gave. For a bridge that got its host later, until amoCRM support has
   * registered the host. amoCRM does not repeat a hook to an address that is off.
   */
  keepFormerAddress: z.boolean("expected true or false").exactOptional(),
});

/** The host of customers' files. CloudFront needs the certificate in us-east-1. */
const mediaDomain = z.strictObject({ host: host("files.example.com"), certificateArn });

export const bridgeSettings = z.strictObject({
  telegram,
  amocrm,
  domain: domain.exactOptional(),
  mediaDomain: mediaDomain.exactOptional(),
  operatorLanguage: z.enum(
    languages,
    `expected ${languages.map((one) => `"${one}"`).join(" or ")}`,
  ),
  /** This bridge's own texts instead of the catalogue's, by language and place: `ru: { greeting: "…" }`. */
  texts: texts.prefault({}),
  /** Who answers: always operators, or the bot in lambdas/bot until a customer calls an operator. */
  handOff: z.enum(["always", "on-request"], 'expected "always" or "on-request"').default("always"),
  /** When the bot asks customers for their number: with the greeting, or when they want an operator. */
  askPhone: z
    .enum(askPhoneMoments, 'expected "never", "at-start" or "when-called"')
    .default("never"),
  /** Sends customers an outage notice while amoCRM accepts no messages. Off by default. */
  reassureCustomers: z.boolean("expected true or false").default(false),
  /** The bridge fetches operators' attachments only from these hosts. */
  mediaAllowedHosts: z
    .array(hostPattern, "expected a list of host names")
    .min(1, "expected at least one host name")
    .default(amocrmHosts),
  concurrency: z
    .strictObject({
      toAmocrm: concurrency.default(5),
      /**
       * Matches the messages a bot may send in a second: each message takes a slot
       * for a fifth of a second.
       */
      toTelegram: concurrency.default(6),
    })
    .prefault({}),
});

/** The settings of a bridge, one bot and one amoCRM account. They are checked, with defaults filled in. */
export type BridgeSettings = z.output<typeof bridgeSettings>;
