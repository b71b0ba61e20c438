import * as z from "zod";
import { isTelegramId } from "../../lambdas/model/ids.ts";
import { languages, askPhoneMoments } from "../../lambdas/model/conversation.ts";
import { address, certificateArn, host, hostPattern, wholeNumber } from "./fields.ts";
import { registration } from "./registration.ts";
import { texts } from "./texts.ts";

/** Two is the least Lambda accepts; small defaults keep a new account's quota free for ingest. */
const concurrency = wholeNumber(2, 1000);

/** Where amoCRM and Kommo keep what operators attach; `*.` stands for every host below. */
const amocrmHosts = [
  "amojo.amocrm.ru",
  "amojo.amocrm.com",
  "amojo.kommo.com",
  "*.amocrm.ru",
  "*.amocrm.com",
  "*.kommo.com",
];

const telegram = z.strictObject({
  /** The number before the colon of the bot's token; the token itself is never written here. */
  botId: z
    .string("expected the bot's number in quotes")
    .refine(isTelegramId, "expected digits only: the bot's number, not its token"),
  apiRoot: address(true, "https://api.telegram.org").default("https://api.telegram.org"),
});

const amocrm = z.strictObject({
  amojoOrigin: address(false, "https://amojo.amocrm.ru").default("https://amojo.amocrm.ru"),
  origin: address(false, "https://example.amocrm.ru"),
  /**
   * Who makes a new customer's contact: the bridge, which links the chat to it by amoCRM's main API
   * as far as there is a token, or amoCRM by itself, with no call of the main API at all.
   */
  contacts: z
    .enum(["link", "leave-to-amocrm"], 'expected "link" or "leave-to-amocrm"')
    .default("link"),
  /** The channel's bot, when amoCRM support has registered one. */
  bot: z
    .strictObject({
      id: z.string("expected the id amoCRM support gave").min(1, "expected a value"),
      name: z.string("expected the name amoCRM support gave").min(1, "expected a value"),
    })
    .exactOptional(),
  registration: registration.exactOptional(),
});

const zoneId = "expected the id of a hosted zone, such as Z0123456789ABCDEFGHIJ";

/** Where the webhooks are reached; without it at an address of API Gateway's own. */
const domain = z.strictObject({
  host: host("bridge.example.com"),
  /** In the stage's region, and for this very host. */
  certificateArn,
  /** Where the host's alias record is made; without it the output `WebhookDnsTarget` says what to make. */
  hostedZone: z
    .strictObject({
      id: z.string(zoneId).regex(/^Z[A-Z0-9]{1,31}$/, zoneId),
      name: host("example.com"),
    })
    .exactOptional(),
  /**
   * The address that AWS gave answers too: for a bridge that got its host later, until amoCRM support has
   * registered the host. amoCRM does not repeat a hook that comes to an address that is off.
   */
  keepFormerAddress: z.boolean("expected true or false").exactOptional(),
});

/** Where customers' files are reached; the certificate is in us-east-1, as CloudFront wants it. */
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
  /** Words of this bridge in place of the catalogue's, by language and place: `ru: { greeting: "…" }`. */
  texts: texts.prefault({}),
  /** Operators answer always, or the bot in lambdas/bot does until an operator is called. */
  handOff: z.enum(["always", "on-request"], 'expected "always" or "on-request"').default("always"),
  /** When customers are asked to share their number: with the greeting, or when they want an operator. */
  askPhone: z
    .enum(askPhoneMoments, 'expected "never", "at-start" or "when-called"')
    .default("never"),
  /** Tells customers that their messages wait while amoCRM takes nothing; off unless asked for. */
  reassureCustomers: z.boolean("expected true or false").default(false),
  /** The only hosts that operators' attachments are fetched from. */
  mediaAllowedHosts: z
    .array(hostPattern, "expected a list of host names")
    .min(1, "expected at least one host name")
    .default(amocrmHosts),
  concurrency: z
    .strictObject({
      toAmocrm: concurrency.default(5),
      /** What a bot may send in a second, where each message takes a slot for a fifth of one. */
      toTelegram: concurrency.default(6),
    })
    .prefault({}),
});

/** What a bridge is told: one bot, one amoCRM account; checked and with defaults filled in. */
export type BridgeSettings = z.output<typeof bridgeSettings>;
