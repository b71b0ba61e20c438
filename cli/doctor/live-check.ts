import * as z from "zod";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { contactFieldNames, isCode } from "../amocrm/contact-fields.ts";
import { openMainApi, readAccount, readFields, readPipelines } from "../amocrm/main-api.ts";
import type { MainApi } from "../amocrm/main-api.ts";
import { inWordsOf } from "../amocrm/vendor.ts";
import { CommandFailure } from "../command.ts";
import { commandToSet, textOf } from "../secrets.ts";
import type { SecretStore } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";
import { readFact } from "./check.ts";

/** A question that the documentation leaves open, and that reads of a live account can answer. */
type LiveQuestion = {
  readonly id: string;
  readonly asks: string;
  /** Only reads. The answer holds ids, counts and statuses, and nothing that a person wrote. */
  readonly answer: (api: MainApi) => Promise<string>;
};

const entity = z.object({ id: z.int() });

/** The entities of a list. Undefined when the answer is no list of that name. */
function idsIn({ status, text }: Answer, name: string): readonly number[] | undefined {
  if (status === 204) return [];
  if (status !== 200) return undefined;
  const list = z.object({ _embedded: z.object({ [name]: z.array(entity) }) });
  const parsed = list.safeParse(parseObject(Buffer.from(text)));
  return parsed.data?._embedded[name]?.map(({ id }) => id);
}

const utmCodes = ["UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM"];
const longestPage = 250;

const unsortedLead = z.object({
  _embedded: z.object({
    unsorted: z
      .array(
        z.object({
          _embedded: z.object({
            leads: z.array(entity).min(1),
            contacts: z.array(entity).min(1),
          }),
        }),
      )
      .min(1),
  }),
});

/** The questions, in the order of the report. */
export const liveQuestions: readonly LiveQuestion[] = [
  {
    id: "incoming-leads",
    asks: "Does amoCRM make incoming leads of strangers' messages?",
    async answer(api) {
      const { is_unsorted_on: isOn } = await readAccount(api);
      const pipelines = (await readPipelines(api)).filter((each) => !each.is_archive);
      const named = (on: boolean) =>
        pipelines
          .filter((each) => each.is_unsorted_on === on)
          .map(({ id, is_main: isMain }) => `${id}${isMain ? " (main)" : ""}`)
          .join(", ") || "none";
      return `"${api.vendor.unsorted}" is ${isOn ? "on" : "off"} in the account; pipelines with it: ${named(true)}; without it: ${named(false)}`;
    },
  },
  {
    id: "leads-filter",
    asks: "Does filter[id][] on leads work?",
    async answer(api) {
      const newest = idsIn(await api.get("leads?limit=2&order[id]=desc"), "leads");
      const [other, wanted] = newest ?? [];
      if (other === undefined || wanted === undefined) {
        return "not known: it needs an account with at least two leads";
      }
      const { is_api_filter_enabled: isEnabled } = await readAccount(api);
      const says =
        isEnabled === undefined ? "" : `; the account says is_api_filter_enabled: ${isEnabled}`;
      const answer = await api.get(`leads?limit=2&filter[id][]=${wanted}`);
      const found = idsIn(answer, "leads");
      if (found === undefined) return `amoCRM refuses it with ${answer.status}${says}`;
      const isServed = found.length === 1 && found[0] === wanted;
      return `amoCRM ${isServed ? "serves" : "ignores"} it${says}`;
    },
  },
  {
    id: "leads-of-contact",
    asks: "Does a contact's list of leads have its incoming lead?",
    async answer(api) {
      const newest = await api.get("leads/unsorted?limit=1&filter[category][]=chats");
      const parsed = unsortedLead.safeParse(parseObject(Buffer.from(newest.text)));
      const [unsorted] = parsed.data?._embedded.unsorted ?? [];
      const [lead] = unsorted?._embedded.leads ?? [];
      const [contact] = unsorted?._embedded.contacts ?? [];
      if (lead === undefined || contact === undefined) {
        return "not known: the account has no incoming lead of a chat at the moment";
      }
      const answer = await api.get(`contacts/${contact.id}?with=leads`);
      if (answer.status !== 200) return `amoCRM answers ${answer.status} for such a contact`;
      return idsIn(answer, "leads")?.includes(lead.id) === true
        ? "yes"
        : "no: the bridge cannot see incoming leads, and may make another";
    },
  },
  {
    id: "talks-list",
    asks: "Does amoCRM list talks?",
    async answer(api) {
      const { status } = await api.get("talks?limit=1");
      return status === 200 || status === 204 ? `yes (${status})` : `no (${status})`;
    },
  },
  {
    id: "contact-fields",
    asks: "Do the contacts' fields have the codes of the bridge, and do their lists have long pages?",
    async answer(api) {
      const page = idsIn(
        await api.get(`contacts/custom_fields?limit=${longestPage}`),
        "custom_fields",
      );
      const fields = await readFields(api, "contacts");
      const coded = contactFieldNames.filter((name) => fields.some((each) => isCode(each, name)));
      const isLong =
        page === undefined
          ? `amoCRM refuses pages of ${longestPage}`
          : `a page of ${longestPage} has ${page.length} of ${fields.length} fields`;
      const im = fields.some(({ code }) => code === "IM") ? "has" : "has no";
      return `${coded.length} of ${contactFieldNames.length} have their codes; ${isLong}; the account ${im} field IM`;
    },
  },
  {
    id: "tracking-fields",
    asks: "Do leads have the fields for UTM tags?",
    async answer(api) {
      const fields = await readFields(api, "leads");
      const missing = utmCodes.filter((code) => !fields.some((field) => field.code === code));
      return missing.length === 0 ? "yes, all" : `missing: ${missing.join(", ")}`;
    },
  },
  {
    id: "rights",
    asks: "What may the token read?",
    async answer(api) {
      const names = ["users", "sources"];
      const answers = [];
      for (const name of names)
        answers.push(`${name} ${(await api.get(`${name}?limit=1`)).status}`);
      return `${answers.join(", ")} (200: yes, 204: yes, and there are none, 403: no)`;
    },
  },
];

/** What only messages, writes or people can show. docs/going-live.md has the steps. */
const stepsByHand: readonly string[] = [
  "Does a message in a linked chat whose contact has no open lead make an incoming lead? (steps 2 to 6)",
  "Which lead gets the message if the contact has two? (step 7)",
  "What does a stranger's message make while incoming leads are off? (step 8)",
  "Does a silent message make a lead? (step 1)",
  "How many seconds do reads lag behind writes? Reads of existing objects cannot show it. (steps 2 and 5)",
];

/** Answers the questions by reads, one after another: amoCRM allows few calls in a second. */
export async function checkLive(
  stage: Stage,
  secrets: Pick<SecretStore, "read">,
  onRead: (done: number, of: number) => void,
) {
  const token = textOf(await secrets.read("amocrm-api"), "token");
  if (token === "") {
    const set = commandToSet(stage, "amocrm-api", "token");
    throw new CommandFailure("there is no token for the main API", `set one with ${set}`);
  }
  const api = openMainApi(stage, token);
  // A refused token or a dead account is one sentence, and not one for each question.
  await readAccount(api);
  const inWords = (text: string) => inWordsOf(api.vendor, text);
  const answers: { readonly id: string; readonly asks: string; readonly found: string }[] = [];
  for (const { id, asks, answer } of liveQuestions) {
    const fact = await readFact(() => answer(api));
    const found = inWords(fact.known ? fact.value : `not known: ${fact.why}`);
    answers.push({ id, asks: inWords(asks), found });
    onRead(answers.length, liveQuestions.length);
  }
  return { answers, byHand: stepsByHand };
}

/** The report for a person. */
export function linesOfLiveCheck({ answers, byHand }: Awaited<ReturnType<typeof checkLive>>) {
  return [
    ...answers.flatMap(({ id, asks, found }) => [`${id}: ${asks}`, `  ${found}`]),
    "",
    "What only a person can try, in five minutes (docs/going-live.md, How the account treats leads):",
    ...byHand.map((step) => `  - ${step}`),
  ];
}
