import { leadPlanOf } from "../../infra/settings/new-customer.ts";
import type { LeadPlan } from "../../lambdas/model/crm.ts";
import { contactFieldNames, findContactField } from "../amocrm/contact-fields.ts";
import {
  openMainApi,
  readAccount,
  readFields,
  readPipelines,
  readSources,
  readUsers,
} from "../amocrm/main-api.ts";
import type { CustomField, Pipeline, Source, User } from "../amocrm/main-api.ts";
import { vendorOf } from "../amocrm/vendor.ts";
import { commandOn, howToDeploy } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import {
  checksOf,
  conclude,
  fault,
  need,
  notApplicable,
  notKnown,
  ok,
  readFact,
  unknown,
  warning,
} from "./check.ts";
import type { Fact, Finding, StageFacts } from "./check.ts";
import type { SecretsFacts } from "./secrets.ts";

/** What the account has of that which the settings of new customers name. */
export type CrmFacts = {
  /** Whether amoCRM makes incoming leads, by the setting of the account. */
  readonly isUnsortedOn: Fact<boolean>;
  readonly pipelines: Fact<readonly Pipeline[]>;
  readonly users: Fact<readonly User[]>;
  readonly fields: Fact<readonly CustomField[]>;
  readonly sources: Fact<readonly Source[]>;
};
type NewCustomerFacts = StageFacts & SecretsFacts & { readonly crm: CrmFacts };

/** Reads them one after another: amoCRM allows few calls in a second. */
export async function readCrm(stage: Stage, token: Fact<string>): Promise<CrmFacts> {
  const nothing = (why: Fact<never>): CrmFacts => {
    return { isUnsortedOn: why, pipelines: why, users: why, fields: why, sources: why };
  };
  if (!token.known) return nothing(token);
  const api = openMainApi(stage, token.value);
  const isUnsortedOn = await readFact(async () => (await readAccount(api)).is_unsorted_on);
  if (!isUnsortedOn.known) return nothing(isUnsortedOn);
  const { newCustomer } = stage.crm;
  const isUsed = responsibleOf(leadPlanOf(newCustomer)).length > 0;
  return {
    isUnsortedOn,
    pipelines: await readFact(() => readPipelines(api)),
    users: isUsed ? await readFact(() => readUsers(api)) : notKnown("no user is set"),
    fields: await readFact(() => readFields(api, "contacts")),
    sources:
      newCustomer.sources.length > 0
        ? await readFact(() => readSources(api))
        : notKnown("no source is set"),
  };
}

const closedStages: readonly number[] = [142, 143];
const elsewhere = "amoCRM refuses it: new leads go to the first stage of the main pipeline";

/** Checks whether the account has what the settings of new customers name. */
export const newCustomerChecks = checksOf<NewCustomerFacts>("new customers in amoCRM", [
  {
    id: "lead-pipeline",
    title: "the pipeline and the stage of new leads exist and take leads",
    judge(facts) {
      const { pipelineId, statusId } = needPlan(facts);
      if (pipelineId === undefined) return ok("the main pipeline, by default");
      return judgePlace({ pipelineId, statusId }, need(facts.crm.pipelines), facts.stage);
    },
  },
  {
    id: "lead-responsible",
    title: "the responsible users of new leads exist, are active and not free",
    judge(facts) {
      const wanted = responsibleOf(needPlan(facts));
      if (wanted.length === 0) return ok("amoCRM chooses, by default");
      const users = need(facts.crm.users);
      const troubles = wanted.flatMap((id) => troubleOf(id, users) ?? []);
      if (troubles.length === 0) return ok(`${wanted.length} can be responsible`);
      const usable = users.filter(({ id }) => troubleOf(id, users) === undefined);
      return fault(
        `expected active users with a paid seat in the responsible users of newCustomer; found: ${troubles.join(", ")}`,
        "amoCRM refuses them: it chooses another responsible user for these leads",
        correct(facts.stage, "newCustomer.responsible", usable),
      );
    },
  },
  {
    id: "contact-fields",
    title: "the contacts have the fields for who the customer is in Telegram",
    judge(facts) {
      needMainApi(facts);
      const fields = need(facts.crm.fields);
      const { contactFields } = facts.stage.crm;
      const missing = contactFieldNames.filter(
        (name) => findContactField(fields, name, contactFields) === undefined,
      );
      if (missing.length === 0) return ok(`all ${contactFieldNames.length}`);
      return warning(
        `expected ${contactFieldNames.length} fields of contacts; missing: ${missing.map((name) => nameOf(name, contactFields[name])).join(", ")}`,
        "operators do not see this in the contact",
        commandOn(facts.stage, "setup"),
      );
    },
  },
  {
    id: "lead-sources",
    title: "the sources of newCustomer.sources exist",
    judge(facts) {
      needMainApi(facts);
      const { sources: wanted } = facts.stage.crm.newCustomer;
      if (wanted.length === 0) return ok("none is set");
      const known = new Set(need(facts.crm.sources).map((source) => source.external_id));
      const missing = wanted.filter((source) => !known.has(source));
      if (missing.length === 0) return ok(`all ${wanted.length}`);
      return warning(
        `expected ${wanted.length} sources of the integration; missing: ${missing.join(", ")}`,
        "leads from links with these sources do not get them as their source",
        commandOn(facts.stage, "setup"),
      );
    },
  },
  {
    id: "incoming-leads",
    title: "amoCRM makes the lead of a new customer, where the bridge makes none",
    judge(facts) {
      const { stage, crm } = facts;
      const { unsorted } = vendorOf(stage);
      const { make } = stage.crm.newCustomer;
      const isSet = hasToken(facts);
      if (isSet && make === "lead") return ok("the bridge makes it");
      if (!isSet) {
        return unknown(
          `doctor cannot read it without an API token: check in the settings of the main pipeline that "${unsorted}" is on`,
        );
      }
      const main = need(crm.pipelines).find((pipeline) => pipeline.is_main);
      const off = [
        ...(need(crm.isUnsortedOn) ? [] : ["the account"]),
        ...(main?.is_unsorted_on === false ? [`its main pipeline ${main.id}`] : []),
      ];
      if (off.length === 0) {
        const linked = "whether it also makes one in a chat that is linked to a contact";
        const open =
          make === "contact" ? `; ${linked}: docs/going-live.md says how to find out` : "";
        return ok(`"${unsorted}" is on${open}`);
      }
      return warning(
        `expected "${unsorted}" to be on, because newCustomer.make is "${make}"; it is off in ${off.join(" and ")}`,
        "the message of a stranger may make no lead",
        `switch it on in the settings of the pipeline; or set newCustomer.make "lead" in infra/stages.ts and deploy: ${howToDeploy(stage)}`,
      );
    },
  },
]);

function judgePlace(
  { pipelineId, statusId }: { pipelineId: number; statusId: number | undefined },
  pipelines: readonly Pipeline[],
  stage: Stage,
): Finding {
  const wrong = (found: string, setting: string, usable: readonly { readonly id: number }[]) =>
    fault(
      `expected newCustomer.${setting} to take new leads; found: ${found}`,
      elsewhere,
      correct(stage, `newCustomer.${setting}`, usable),
    );
  const open = pipelines.filter((pipeline) => !pipeline.is_archive);
  const pipeline = pipelines.find(({ id }) => id === pipelineId);
  if (pipeline === undefined) {
    return wrong(`the account has no pipeline ${pipelineId}`, "pipelineId", open);
  }
  if (pipeline.is_archive) {
    return wrong(`pipeline ${pipelineId} is in the archive`, "pipelineId", open);
  }
  if (statusId === undefined) return ok(`pipeline ${pipelineId}, its first stage`);
  const { statuses } = pipeline._embedded;
  const usable = statuses.filter(({ id, type }) => type !== 1 && !closedStages.includes(id));
  const found = statuses.find(({ id }) => id === statusId);
  const owner = pipelines.find((each) => each._embedded.statuses.some(({ id }) => id === statusId));
  if (found === undefined) {
    const where = owner === undefined ? "" : `: it belongs to pipeline ${owner.id}`;
    return wrong(`pipeline ${pipelineId} has no stage ${statusId}${where}`, "statusId", usable);
  }
  if (found.type === 1) {
    const name = vendorOf(stage).unsorted;
    return wrong(`stage ${statusId} is the stage "${name}"`, "statusId", usable);
  }
  if (closedStages.includes(statusId)) {
    return wrong(`stage ${statusId} is for closed leads`, "statusId", usable);
  }
  return ok(`pipeline ${pipelineId}, stage ${statusId}`);
}

function troubleOf(wanted: number, users: readonly User[]): string | undefined {
  const user = users.find(({ id }) => id === wanted);
  if (user === undefined) return `${wanted} is no user of the account`;
  if (!user.rights.is_active) return `${wanted} is not active`;
  if (user.rights.is_free) return `${wanted} is a free user`;
  return undefined;
}

const mostNamed = 10;

/** How to correct a setting, with the ids that it can have. */
function correct(
  stage: Stage,
  setting: string,
  usable: readonly { readonly id: number }[],
): string {
  const ids = usable.slice(0, mostNamed).map(({ id }) => id);
  const such = ids.length === 0 ? "" : ` (such as ${ids.join(", ")})`;
  return `set ${setting} in infra/stages.ts${such} and deploy: ${howToDeploy(stage)}`;
}

function nameOf(field: string, id: number | undefined): string {
  return id === undefined ? field : `${field} (id ${id} of contactFields)`;
}

function responsibleOf(plan: LeadPlan | undefined): readonly number[] {
  return [...new Set(plan?.responsible ?? [])];
}

function hasToken({ secrets }: NewCustomerFacts): boolean {
  return need(secrets["amocrm-api"]).fields["token"] !== "missing";
}

/** Ends the check if the bridge makes no call of the main API for new customers. */
function needMainApi(facts: NewCustomerFacts): void {
  if (!hasToken(facts)) conclude(notApplicable("there is no API token"));
  if (facts.stage.crm.newCustomer.make !== "leave-to-amocrm") return;
  conclude(notApplicable("the bridge leaves new customers to amoCRM"));
}

/** How the bridge makes leads. If it makes none, the check does not apply. */
function needPlan(facts: NewCustomerFacts): LeadPlan {
  needMainApi(facts);
  const plan = leadPlanOf(facts.stage.crm.newCustomer);
  return plan ?? conclude(notApplicable("the bridge makes no leads"));
}
