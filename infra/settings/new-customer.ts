import * as z from "zod";
import type { LeadPlan } from "../../lambdas/model/crm.ts";
import { oneOf, wholeNumber } from "./fields.ts";

const id = wholeNumber(1, Number.MAX_SAFE_INTEGER);
/** amoCRM documents no length. The name of a person of any length fits beside this. */
const mostNameLength = 100;
const hourMillis = 3_600_000;

/**
 * What the bridge makes in amoCRM for a new customer. Its calls need an API token.
 * @see https://www.amocrm.ru/developers/content/crm_platform/leads-api
 */
export const newCustomer = z
  .strictObject({
    make: oneOf(["lead", "contact", "leave-to-amocrm"])
      .default("lead")
      .meta({
        description:
          'What the bridge makes for a new customer before their first message, if there is an API token. With `"lead"`, it makes a contact, and a lead whenever the contact has no open lead. With `"contact"`, it makes only the contact. With `"leave-to-amocrm"`, and without a token, amoCRM makes contact and incoming lead itself, and the bridge does not call the main API for it.',
        examples: ["contact"],
      }),
    pipelineId: id.exactOptional().meta({
      description:
        "The pipeline of new leads. If amoCRM refuses it, the bridge uses the main pipeline, and `bridge doctor` reports it.",
      examples: [7_012_345],
      whenOmitted: "amoCRM's main pipeline",
    }),
    statusId: id
      .refine((status) => status !== 142 && status !== 143, "expected a stage of open leads")
      .exactOptional()
      .meta({
        description: "The stage of new leads, in the pipeline of `newCustomer.pipelineId`.",
        examples: [58_123_456],
        whenOmitted: "the first stage of the pipeline",
      }),
    responsibleUserId: id.exactOptional().meta({
      description:
        "The user who becomes responsible for each new lead. The bridge never changes that later.",
      examples: [9_876_543],
      whenOmitted: "amoCRM chooses",
    }),
    responsible: z
      .array(
        z
          .string("expected the ids of users in quotes")
          .regex(/^[1-9][0-9]{0,15}$/, "expected the ids of users in quotes"),
        "expected a list of users' ids",
      )
      .min(1, "expected at least one user")
      .exactOptional()
      .meta({
        insteadOf: "responsibleUserId",
        description: "The users who become responsible for new leads, in turn.",
        examples: [["9876543", "9876544"]],
        whenOmitted: "`newCustomer.responsibleUserId`",
      }),
    tags: z
      .array(
        z.string("expected tags in quotes").trim().min(1, "expected no empty tag"),
        "expected a list of tags",
      )
      .default([])
      .meta({
        description: "Tags of new leads.",
        examples: [["telegram"]],
      }),
    sources: z
      .array(
        z
          .string("expected the external ids of sources in quotes")
          .regex(/^[\x21-\x7e]{1,36}$/, "expected at most 36 printable characters without spaces"),
        "expected a list of sources",
      )
      .default([])
      .meta({
        description:
          "Sources of leads: the external ids of the integration's own sources, which `bridge setup` makes. A link whose source is in this list gives its source to the lead, and so does another program's `?start=` payload that is in this list ([docs/links.md](links.md)).",
        examples: [["instagram", "ig_spring"]],
      }),
    leadName: z
      .string("expected a name in quotes")
      .trim()
      .min(1, "expected a name")
      .max(mostNameLength, `expected at most ${mostNameLength} characters`)
      .default("Telegram: {name}")
      .meta({
        description: "The name of new leads. `{name}` stands for the contact's name.",
        examples: ["Telegram: {name}"],
      }),
    checkLeadAfterHours: z
      .number("expected a number of hours, without quotes")
      .min(0, "expected 0 or more hours")
      .max(24, "expected at most 24 hours")
      .default(12)
      .meta({
        description:
          "After this many hours without a word of either side, the next message looks at the contact's leads again: a returning customer whose lead is closed gets a new one. At the latest, the bridge looks a day after the last look. 0: at each message.",
        examples: [12],
      }),
  })
  .refine(({ statusId, pipelineId }) => statusId === undefined || pipelineId !== undefined, {
    path: ["statusId"],
    message: "expected newCustomer.pipelineId beside it",
  })
  .refine((each) => each.responsible === undefined || each.responsibleUserId === undefined, {
    path: ["responsible"],
    message: "expected either this or newCustomer.responsibleUserId",
  });

const fieldId = (of: string) =>
  id.exactOptional().meta({
    description: `The id of the contacts' field for ${of}.`,
    examples: [712_345],
    whenOmitted: "the field with the code that `bridge setup` gives it, if there is one",
  });

/** The fields of contacts in which the bridge keeps who the customer is in Telegram. */
export const contactFields = z.strictObject({
  telegramId: fieldId("the customer's id in Telegram (text)"),
  username: fieldId("the customer's @username (text)"),
  link: fieldId("the link `https://t.me/<username>` (URL)"),
  language: fieldId("the language of the customer's Telegram (text)"),
  premium: fieldId("Telegram Premium (checkbox)"),
});

/** The setting `newCustomer`, with defaults filled in. */
export type NewCustomer = z.output<typeof newCustomer>;
/** The setting `contactFields`. */
export type ContactFields = z.output<typeof contactFields>;

/** How the sender makes leads. Undefined where it makes none. */
export function leadPlanOf(settings: NewCustomer): LeadPlan | undefined {
  const { make, pipelineId, statusId, responsibleUserId, responsible, tags, leadName } = settings;
  if (make !== "lead") return undefined;
  return {
    ...(pipelineId === undefined ? {} : { pipelineId }),
    ...(statusId === undefined ? {} : { statusId }),
    responsible:
      responsible?.map(Number) ?? (responsibleUserId === undefined ? [] : [responsibleUserId]),
    tags,
    sources: settings.sources,
    leadName,
    checkLeadAfterMillis: Math.round(settings.checkLeadAfterHours * hourMillis),
  };
}
