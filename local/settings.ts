import * as z from "zod";
import { hosts, vendorAddress, vendorOrigin } from "../lambdas/compose/environment.ts";
import { newCustomer } from "../infra/settings/new-customer.ts";
import { parseJson } from "../lambdas/model/envelope.ts";
import { unanswered, workingHours } from "../infra/settings/waiting.ts";
import { askPhoneMoments } from "../lambdas/model/conversation.ts";

/** An external setting that cannot be used. The message says what was expected. */
class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** The secret of the simulated channel. It gives no access anywhere else. */
export const simulatedChannelSecret = "0000000000laptop00channel00secret0000000";

// Values for the simulators only. They give access to nothing else.
const simulated = {
  botToken: "1000000001:laptop-bot-token",
  webhookSecret: "laptop-webhook-secret",
  channelId: "f90ba33d-c9d9-44da-b76c-c349b0ecbe41",
  accountId: "af9945ff-1490-4cad-807d-945c15d88bec",
  channelSecret: simulatedChannelSecret,
  botId: "f1910c7f-b1e0-4184-bd09-c7def2a9109a",
  apiToken: "laptop-api-token",
};

const defaultPagePort = 8088;
const port = z
  .string()
  .regex(/^\d{1,5}$/, "expected a port number, 0 for any free one")
  .transform(Number)
  .refine((number) => number <= 65_535, "expected a port number of at most 65535");

/** A setting of a bridge as JSON, such as in infra/stages.ts. */
const jsonOf = <Schema extends z.ZodType>(schema: Schema, example: string) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: `expected JSON such as ${example}` });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .optional();

const given = z.object({
  PORT: port.default(8080),
  HAND_OFF: z.enum(["always", "on-request"], 'expected "always" or "on-request"').default("always"),
  ASK_PHONE: z
    .enum(askPhoneMoments, 'expected "never", "at-start" or "when-called"')
    .default("never"),
  NEW_CUSTOMER: z
    .string()
    .default("lead")
    .transform((text) => (text.startsWith("{") ? parseJson(text) : { make: text }))
    .pipe(newCustomer),
  LEAD_CHECK_HOURS: z.coerce
    .number("expected a number of hours")
    .min(0, "expected 0 or more hours")
    .max(24, "expected at most 24 hours")
    .optional(),
  WORKING_HOURS: jsonOf(
    workingHours,
    '{"timeZone": "Europe/Moscow", "week": {"mon": ["09:00-18:00"]}}',
  ),
  UNANSWERED: jsonOf(unanswered, '{"afterWorkingMinutes": 15, "as": "task"}'),
  CLOSE_TALKS: z.enum(["force", "survey"], 'expected "force" or "survey"').optional(),
  PAGE_PORT: port.optional(),
  MEDIA_PORT: port.default(0),
  MEDIA_BASE_URL: z.optional(vendorAddress),
  MEDIA_ALLOWED_HOSTS: z.optional(hosts),
  TELEGRAM_API_ROOT: z.optional(vendorAddress),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[A-Za-z0-9_-]+$/, "expected <bot id>:<key> from @BotFather")
    .default(simulated.botToken),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,256}$/, "expected 1-256 characters of A-Z a-z 0-9 _ -")
    .default(simulated.webhookSecret),
  AMOJO_ORIGIN: z.optional(vendorOrigin),
  AMOCRM_ORIGIN: z.optional(vendorOrigin),
  AMOCRM_CHANNEL_ID: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/, "expected letters, digits, dots and dashes")
    .optional(),
  AMOCRM_CHANNEL_SECRET: z
    .string()
    .regex(/^\S+$/, "expected no white space")
    .default(simulated.channelSecret),
  AMOCRM_SCOPE_ID: z
    .string()
    .regex(/^[A-Za-z0-9.-]+_[A-Za-z0-9._-]+$/, "expected <channel id>_<account id>")
    .optional(),
  AMOCRM_BOT_ID: z.string().default(simulated.botId),
  AMOCRM_BOT_NAME: z.string().min(1).default("Telegram bot"),
  AMOCRM_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]*$/, "expected a token without white space")
    .optional(),
});

/** The settings of the laptop run, with defaults filled in. */
export type Settings = ReturnType<typeof readSettings>;

/** Reads the environment. Where a value is needed, an empty variable counts as unset. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>) {
  const filled = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => value !== "" || name === "AMOCRM_API_TOKEN" || name === "AMOCRM_BOT_ID",
    ),
  );
  const parsed = given.safeParse(filled);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
    throw new SettingsError(`These variables cannot be used. ${problems.join("; ")}.`);
  }
  const variables = parsed.data;
  refuseInventedCredentials(environment, variables.TELEGRAM_API_ROOT, "TELEGRAM_BOT_TOKEN");
  refuseInventedCredentials(environment, variables.AMOJO_ORIGIN, "AMOCRM_CHANNEL_SECRET");
  const awsEndpoint = environment["AWS_ENDPOINT_URL"];
  if (awsEndpoint !== undefined && !z.safeParse(vendorAddress, awsEndpoint).success) {
    throw new SettingsError(
      "AWS_ENDPOINT_URL: expected the address of an AWS emulator on the loopback, or none.",
    );
  }
  const [scopeChannelId, ...accountId] = variables.AMOCRM_SCOPE_ID?.split("_") ?? [];
  const channelId = variables.AMOCRM_CHANNEL_ID ?? scopeChannelId ?? simulated.channelId;
  if (scopeChannelId !== undefined && scopeChannelId !== channelId) {
    throw new SettingsError("AMOCRM_SCOPE_ID must begin with AMOCRM_CHANNEL_ID and an underscore.");
  }
  // The invented token is for the simulated main API only.
  const apiToken =
    variables.AMOCRM_ORIGIN === undefined && variables.AMOJO_ORIGIN === undefined
      ? simulated.apiToken
      : "";
  return {
    port: variables.PORT,
    /** The port of the page that shows the run. */
    pagePort: variables.PAGE_PORT ?? (variables.PORT === 0 ? 0 : defaultPagePort),
    /** Who answers: always operators, or the bot in lambdas/bot until a customer calls an operator. */
    handOff: variables.HAND_OFF,
    /** When the bot asks customers for their number. */
    askPhone: variables.ASK_PHONE,
    /** What the bridge makes in amoCRM for a new customer. */
    newCustomer: {
      ...variables.NEW_CUSTOMER,
      ...(variables.LEAD_CHECK_HOURS === undefined
        ? {}
        : { checkLeadAfterHours: variables.LEAD_CHECK_HOURS }),
    },
    /** The settings of the same names, for the sender. Undefined: not set. */
    workingHours: variables.WORKING_HOURS,
    unanswered: variables.UNANSWERED,
    closeTalks:
      variables.CLOSE_TALKS === undefined
        ? undefined
        : { forceClose: variables.CLOSE_TALKS === "force" },
    media: {
      port: variables.MEDIA_PORT,
      /** Undefined: the media server's own address. */
      baseUrl: variables.MEDIA_BASE_URL,
      /** Undefined: the hosts of the two amoCRM addresses. */
      allowedHosts: variables.MEDIA_ALLOWED_HOSTS,
    },
    telegram: {
      /** Undefined: the run starts a simulated Bot API. */
      apiRoot: variables.TELEGRAM_API_ROOT,
      botToken: variables.TELEGRAM_BOT_TOKEN,
      webhookSecret: variables.TELEGRAM_WEBHOOK_SECRET,
    },
    amocrm: {
      /** Undefined: the run starts a simulated Chats API. */
      amojoOrigin: variables.AMOJO_ORIGIN,
      /** Undefined: the run starts a simulated main API. */
      origin: variables.AMOCRM_ORIGIN,
      channelId,
      channelSecret: variables.AMOCRM_CHANNEL_SECRET,
      accountId: accountId.length > 0 ? accountId.join("_") : simulated.accountId,
      bot: { id: variables.AMOCRM_BOT_ID, name: variables.AMOCRM_BOT_NAME },
      /** Empty: the bridge makes no call of the main API. */
      apiToken: variables.AMOCRM_API_TOKEN ?? apiToken,
    },
  };
}

/** Refuses to send the simulators' credentials to a real server. */
function refuseInventedCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  address: string | undefined,
  credential: string,
): void {
  if (address === undefined || address.startsWith("http://")) return;
  if ((environment[credential] ?? "") !== "") return;
  throw new SettingsError(`${credential} must be set for ${new URL(address).host}.`);
}
