import * as z from "zod/mini";
import { parseJson } from "../model/envelope.ts";
import { contactFieldCodes } from "../model/crm.ts";
import type { ContactFieldName, LeadPlan } from "../model/crm.ts";
import { isTelegramId } from "../model/ids.ts";
import { languages, askPhoneMoments } from "../model/conversation.ts";
import { weekdays, workingHoursOf } from "../model/conversation.ts";
import type { WorkingHours } from "../model/conversation.ts";
import type { CloseTalksRule, UnansweredRule } from "../model/conversation.ts";

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A vendor's base address: https, or plain http on the loopback only. No query, no trailing slash. */
export const vendorAddress = z.pipe(
  z.string().check(
    z.refine((text) => {
      if (!URL.canParse(text)) return false;
      const url = new URL(text);
      const schemeFits =
        url.protocol === "https:" || (url.protocol === "http:" && loopbackHosts.has(url.hostname));
      // Nothing except scheme, host, port and path, not even an empty query.
      return schemeFits && /^https?:\/\/[^\s?#@]+$/.test(text);
    }, "expected an https address (plain http is for loopback hosts only)"),
  ),
  z.transform((text) => text.replace(/\/+$/, "")),
);

/** The same without a path. */
export const vendorOrigin = z.pipe(
  vendorAddress,
  z.string().check(z.refine((text) => new URL(text).pathname === "/", "expected no path")),
);

const name = z.string().check(z.minLength(1, "expected a value"));
const telegramBotId = z
  .string()
  .check(z.refine(isTelegramId, "expected the bot's number, without zeros in front"));

const host = /^(?:(?:\*\.)?[a-z0-9]+(?:[.-][a-z0-9]+)*|\[::1\])(?::[0-9]{1,5})?$/;

/**
 * Hosts as `URL.host` names them, separated by commas. A host has a port when it is not the
 * protocol's own. `*.example.com` stands for every host below it, not for itself.
 */
export const hosts = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text): readonly string[] => text.split(",")),
  ),
  z.readonly(z.array(z.string().check(z.regex(host, "expected hosts, separated by commas")))),
);

/** `always`: operators always answer. `on-request`: a bot answers until an operator is called. */
const handOff = z.enum(["always", "on-request"]);

const contactFieldNames = Object.keys(contactFieldCodes) as ContactFieldName[];

const leadPlan = z.object({
  pipelineId: z.exactOptional(z.int()),
  statusId: z.exactOptional(z.int()),
  responsible: z.array(z.int()),
  tags: z.array(z.string()),
  sources: z.array(z.string()),
  leadName: z.string(),
  checkLeadAfterMillis: z.int(),
} satisfies Record<keyof LeadPlan, z.ZodMiniType>);
const none = z.pipe(
  z.literal(""),
  z.transform(() => undefined),
);
const json = z.pipe(z.string(), z.transform(parseJson));

/** JSON with the hours in which operators work, as infra/settings has checked them. */
const workingHours = z.pipe(
  z.pipe(
    json,
    z.object({
      timeZone: name,
      week: z.partialRecord(z.enum(weekdays), z.array(z.string())),
      holidays: z.array(z.string()),
      notice: z.boolean(),
    }),
  ),
  z.transform((written): WorkingHours => workingHoursOf(written)),
);
const unanswered = z.pipe(
  z.pipe(
    json,
    z.object({
      afterWorkingMinutes: z.int().check(z.positive()),
      as: z.enum(["task", "note"]),
      tellCustomer: z.boolean(),
    }),
  ),
  z.transform(({ tellCustomer, ...rule }): UnansweredRule => ({
    ...rule,
    tellsCustomer: tellCustomer,
  })),
);
const closeTalks = z.pipe(
  z.pipe(json, z.object({ forceClose: z.boolean() })),
  z.transform(({ forceClose }): CloseTalksRule => ({ isForced: forceClose })),
);

/** The sender's variables. */
export const deliverySenderEnvironment = z.object({
  /** The bridge's own name for its metrics. */
  POWERTOOLS_METRICS_NAMESPACE: name,
  TELEGRAM_BOT_ID: telegramBotId,
  TELEGRAM_BOT_TOKEN_SECRET_ID: name,
  TELEGRAM_API_ROOT: vendorAddress,
  AMOCRM_CHANNEL_SECRET_ID: name,
  /** Empty when amoCRM makes the contacts. Then the bridge makes no call of the main API. */
  AMOCRM_API_TOKEN_SECRET_ID: z.string(),
  DEEP_LINK_KEY_SECRET_ID: name,
  AMOJO_ORIGIN: vendorOrigin,
  AMOCRM_ORIGIN: vendorOrigin,
  /** The ids of the contacts' fields for profiles, as JSON. */
  CONTACT_FIELDS: z.pipe(
    z.string(),
    z.pipe(z.transform(parseJson), z.partialRecord(z.enum(contactFieldNames), z.int())),
  ),
  /** How the bridge makes leads, as JSON. Empty where it makes none. */
  LEADS: z.pipe(
    z.string(),
    z.pipe(
      z.transform((text: string) => (text === "" ? undefined : parseJson(text))),
      z.optional(leadPlan),
    ),
  ),
  /** The channel's bot, as amoCRM support gave it. Empty while support has given none. */
  AMOCRM_BOT_ID: z.string(),
  AMOCRM_BOT_NAME: z.string(),
  /** The language of the bridge's texts for operators. */
  OPERATOR_LANGUAGE: z.enum(languages),
  /** A bridge's own texts in place of the catalogue's, by language and place, as JSON. */
  TEXTS: z.pipe(
    z.string(),
    z.pipe(
      z.transform(parseJson),
      z.partialRecord(z.enum(languages), z.record(z.string(), z.string())),
    ),
  ),
  HAND_OFF: handOff,
  ASK_PHONE: z.enum(askPhoneMoments),
  /** Each of the three is empty where its setting is not set. Then the bridge does nothing of it. */
  WORKING_HOURS: z.union([none, workingHours]),
  UNANSWERED: z.union([none, unanswered]),
  CLOSE_TALKS: z.union([none, closeTalks]),
  /** Whether the bridge sends outage notices to customers while amoCRM accepts nothing. */
  REASSURE_CUSTOMERS: z.enum(["yes", "no"]),
  TO_AMOCRM_QUEUE_URL: name,
  TO_TELEGRAM_QUEUE_URL: name,
  CONVERSATIONS_TABLE: name,
  DELIVERIES_TABLE: name,
  /** The bucket of bodies that are too large for a queue message. */
  BODIES_BUCKET: name,
  /** The bucket of customers' files. They are public under the address followed by their paths. */
  MEDIA_BUCKET: name,
  MEDIA_BASE_URL: vendorAddress,
  /** The only hosts from which the bridge fetches operators' attachments. */
  MEDIA_ALLOWED_HOSTS: hosts,
  /** How many events may go to Telegram at a time. They share the limit of the bot. */
  TO_TELEGRAM_CONCURRENCY: z.pipe(
    z.string().check(z.regex(/^[1-9][0-9]*$/, "expected a whole number")),
    z.transform(Number),
  ),
  /** Longer than the function's timeout, shorter than the queues' visibility. */
  LEASE_SECONDS: z.pipe(
    z.string().check(z.regex(/^[1-9][0-9]*$/, "expected a whole number of seconds")),
    z.transform(Number),
  ),
});

/** The caretaker's variables. */
export const caretakerEnvironment = z.object({
  POWERTOOLS_METRICS_NAMESPACE: name,
  TELEGRAM_BOT_TOKEN_SECRET_ID: name,
  TELEGRAM_API_ROOT: vendorAddress,
  WEBHOOK_URL: name,
  TELEGRAM_WEBHOOK_SECRET_ID: name,
  AMOCRM_CHANNEL_SECRET_ID: name,
  AMOCRM_API_TOKEN_SECRET_ID: name,
  AMOJO_ORIGIN: vendorOrigin,
  AMOCRM_ORIGIN: vendorOrigin,
  HAND_OFF: handOff,
  /** Whether the caretaker finds customers whom nobody has answered. */
  FINDS_UNANSWERED: z.enum(["yes", "no"]),
  TO_AMOCRM_QUEUE_URL: name,
  TO_TELEGRAM_QUEUE_URL: name,
  CONVERSATIONS_TABLE: name,
  DELIVERIES_TABLE: name,
  /** The bucket of bodies that are too large for a queue message. */
  BODIES_BUCKET: name,
  /** Customers' files are public under this address. */
  MEDIA_BASE_URL: vendorAddress,
  /** The team's own hosts, separated by commas. Empty where AWS chose all of them. */
  CERTIFICATE_HOSTS: z.pipe(
    z.string(),
    z.transform((text): readonly string[] => text.split(",").filter((host) => host !== "")),
  ),
});

type Variables<Schema extends z.ZodMiniType> = { [Name in keyof z.input<Schema>]: string };

/** The variables that `infra/` must set. A missing one is a compile error there. */
export type CaretakerVariables = Variables<typeof caretakerEnvironment>;
export type DeliverySenderVariables = Variables<typeof deliverySenderEnvironment>;

/**
 * Reads and checks a function's environment variables once per sandbox. Throws an error that names
 * all problems at once and prints no value.
 */
export function readEnvironment<Schema extends z.ZodMiniType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const result = z.safeParse(schema, variables);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Environment variables: ${problems.join("; ")}`);
}
