import * as z from "zod";
import { catalogue } from "../lambdas/domain/texts.ts";
import { faultOf } from "../lambdas/domain/texts/override.ts";
import { languages } from "../lambdas/model/language.ts";
import { askPhoneMoments } from "../lambdas/model/phone.ts";

const name = z
  .string()
  .check(
    z.regex(/^[a-z][a-z0-9-]*$/, "expected lower-case letters, digits and hyphens, a letter first"),
    z.maxLength(24, "expected at most 24 characters"),
  );

/** An https address as its owner prints it; a deployed bridge has no use for anything else. */
const address = (allowPath: boolean, example: string) => {
  const expected = `expected an https address such as ${example}`;
  return z.string(expected).refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const isBare = url.search === "" && url.hash === "" && url.username === "";
    return url.protocol === "https:" && isBare && (allowPath || url.pathname === "/");
  }, expected);
};

/** Two is the least Lambda accepts; small defaults keep a new account's quota free for ingest. */
const concurrency = (byDefault: number) => {
  const expected = "expected a whole number from 2 to 1000";
  return z.int(expected).min(2, expected).max(1000, expected).default(byDefault);
};

/** Where amoCRM and Kommo keep what operators attach; `*.` stands for every host below. */
const amocrmHosts = [
  "amojo.amocrm.ru",
  "amojo.amocrm.com",
  "amojo.kommo.com",
  "*.amocrm.ru",
  "*.amocrm.com",
  "*.kommo.com",
];
const hostName = z
  .string("expected a host name such as amojo.amocrm.ru")
  .regex(
    /^(?:\*\.)?[a-z0-9]+(?:[.-][a-z0-9]+)*$/,
    "expected a host name such as amojo.amocrm.ru or *.amocrm.ru",
  );

/** All of a function's variables together may take 4 KB. */
const mostTextsLength = 1500;

const texts = z
  .partialRecord(z.enum(languages), z.record(z.string(), z.string("expected words in quotes")))
  .superRefine((overrides, context) => {
    for (const language of languages) {
      for (const [place, text] of Object.entries(overrides[language] ?? {})) {
        const message = faultOf(place, text, catalogue[language]);
        if (message !== undefined)
          context.addIssue({ code: "custom", message, path: [language, place] });
      }
    }
    if (JSON.stringify(overrides).length <= mostTextsLength) return;
    const message = `expected at most ${mostTextsLength} characters in all`;
    context.addIssue({ code: "custom", message });
  });

const bridgeSettings = z.strictObject({
  telegram: z.strictObject({
    /** The number before the colon of the bot's token; the token itself is never written here. */
    botId: z
      .string("expected the bot's number in quotes")
      .regex(/^[0-9]+$/, "expected digits only: the bot's number, not its token"),
    apiRoot: address(true, "https://api.telegram.org").default("https://api.telegram.org"),
  }),
  amocrm: z.strictObject({
    amojoOrigin: address(false, "https://amojo.amocrm.ru").default("https://amojo.amocrm.ru"),
    origin: address(false, "https://example.amocrm.ru"),
    /** The channel's bot, when amoCRM support has registered one. */
    bot: z
      .strictObject({
        id: z.string("expected the id amoCRM support gave").min(1, "expected a value"),
        name: z.string("expected the name amoCRM support gave").min(1, "expected a value"),
      })
      .exactOptional(),
  }),
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
    .array(hostName, "expected a list of host names")
    .min(1, "expected at least one host name")
    .default(amocrmHosts),
  concurrency: z
    .strictObject({ toAmocrm: concurrency(5), toTelegram: concurrency(5) })
    .prefault({}),
});

const mediaDays = "expected a whole number of days from 1 to 3650";

const stageSettings = z.strictObject({
  account: z
    .string("expected an AWS account number in quotes")
    .regex(/^[0-9]{12}$/, "expected the twelve digits of an AWS account")
    .exactOptional(),
  region: z
    .string("expected an AWS region such as eu-central-1")
    .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, "expected an AWS region such as eu-central-1"),
  /** Keeps data when a stack is deleted, and refuses to delete tables. For every stage with customers. */
  retainData: z.boolean("expected true or false"),
  /** For so long amoCRM can fetch what a customer sent. */
  mediaDays: z.int(mediaDays).min(1, mediaDays).max(3650, mediaDays).default(365),
  bridges: z.record(name, bridgeSettings, "expected bridges by name"),
});

const allStages = z.record(name, stageSettings, "expected stages by name");

/** What a bridge is told: one bot, one amoCRM account; checked and with defaults filled in. */
export type BridgeSettings = z.output<typeof bridgeSettings>;
/** One environment: where it lives, whether its data outlives it, and its bridges. */
export type StageSettings = z.output<typeof stageSettings>;

/** The entries below are wrong; the message is for the person who wrote them, a line per problem. */
export class StageSettingsError extends Error {
  override readonly name = "StageSettingsError";
}

/**
 * Checks stage settings and fills in defaults. All problems are named at once, by stage, bridge
 * and field; no value is printed, since a token pasted into the wrong place would be among them.
 */
export function readStages(data: unknown): Readonly<Record<string, StageSettings>> {
  const result = allStages.safeParse(data);
  if (!result.success) throw new StageSettingsError(result.error.issues.map(toSentence).join("\n"));
  refuseSharedBots(result.data);
  return result.data;
}

function toSentence(issue: z.core.$ZodIssue): string {
  const [stage, ...rest] = issue.path.map(String);
  const [bridge, ...field] = rest[0] === "bridges" ? rest.slice(1) : [undefined, ...rest];
  return [
    stage === undefined ? "Stages" : `Stage "${stage}"`,
    bridge === undefined ? "" : `, bridge "${bridge}"`,
    field.length === 0 ? "" : `, ${field.join(".")}`,
    `: ${expectation(issue)}.`,
  ].join("");
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `no setting is called ${issue.keys.join(", ")}`;
  if (issue.code === "invalid_key") return issue.issues.map((cause) => cause.message).join(", ");
  return issue.message.replace(/^Invalid input: /, "");
}

/** Telegram calls one webhook per bot: of two bridges with one bot, one would hear nothing. */
function refuseSharedBots(stagesToDeploy: Readonly<Record<string, StageSettings>>): void {
  const owners = new Map<string, string>();
  for (const [stage, { bridges }] of Object.entries(stagesToDeploy)) {
    for (const [bridge, { telegram }] of Object.entries(bridges)) {
      const owner = owners.get(telegram.botId);
      if (owner !== undefined) {
        throw new StageSettingsError(
          `Stage "${stage}", bridge "${bridge}", telegram.botId: expected a bot of its own, ` +
            `this one serves ${owner}.`,
        );
      }
      owners.set(telegram.botId, `bridge "${bridge}" of stage "${stage}"`);
    }
  }
}

/**
 * The environments of this installation. Replace the bots and accounts by your own: the shipped
 * ones belong to nobody. Without `account`, a stage goes where the credentials of `cdk deploy` lead.
 */
export const stages: Readonly<Record<string, z.input<typeof stageSettings>>> = {
  dev: {
    region: "eu-central-1",
    retainData: false,
    bridges: {
      main: {
        telegram: { botId: "1000000001" },
        amocrm: { origin: "https://example.amocrm.ru" },
        operatorLanguage: "ru",
      },
    },
  },
  prod: {
    region: "eu-central-1",
    retainData: true,
    bridges: {
      main: {
        telegram: { botId: "1000000002" },
        amocrm: { origin: "https://example.amocrm.ru" },
        operatorLanguage: "ru",
      },
    },
  },
};
