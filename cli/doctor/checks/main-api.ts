import { accountOf } from "../../../lambdas/amocrm/webhook/identify.ts";
import { commandToSet } from "../../secrets/secret-plans.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, notApplicable, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../facts/facts.ts";

const dayMillis = 86_400_000;
const soonMillis = 30 * dayMillis;
const noContacts =
  "the bridge links no contacts: amoCRM creates contacts and leads automatically, including duplicates";

/** Checks whether the bridge may link customers to contacts. */
export const mainApiChecks: readonly Check[] = [
  {
    id: "api-token",
    group: "amoCRM",
    title: "amoCRM accepts the API token, and the account is paid",
    judge: (facts) => whereThereIsOne(facts, judgeToken),
  },
  {
    id: "api-token-end",
    group: "amoCRM",
    title: "the API token is valid for 30 more days",
    judge: (facts) => whereThereIsOne(facts, judgeEnd),
  },
  {
    id: "account",
    group: "amoCRM",
    title: "the API token belongs to the account to which the channel is connected",
    judge: (facts) => whereThereIsOne(facts, judgeAccount),
  },
  {
    id: "contacts-chats",
    group: "amoCRM",
    title: "the integration may link chats to contacts",
    judge: (facts) => whereThereIsOne(facts, judgeContactChats),
  },
];

function whereThereIsOne(facts: Facts, judge: (facts: Facts) => Finding): Finding {
  const secret = facts.secrets["amocrm-api"];
  if (!secret.known) return unknown(secret.why);
  if (secret.value.fields["token"] === "missing") return notApplicable("there is no API token");
  return judge(facts);
}

function judgeToken({ account, stage }: Facts): Finding {
  if (!account.known) return unknown(account.why);
  const reply = account.value;
  const set = commandToSet(stage, "amocrm-api", "token");
  if (reply.kind === "silent" || reply.status >= 500 || reply.status === 429) {
    const what = reply.kind === "silent" ? `gives ${reply.reason}` : `answers ${reply.status}`;
    return fault(`amoCRM ${what}`, `until then, ${noContacts}`, "wait, then run doctor again");
  }
  switch (reply.status) {
    case 200:
      return ok("accepted");
    case 401:
      return fault("the token has expired, was revoked or is wrong (401)", noContacts, set);
    case 402:
      return fault("the account is not paid (402)", noContacts, "pay for the account");
    case 403:
      return fault(
        "amoCRM forbids it (403): the token has no rights, or calls from this address are blocked",
        noContacts,
        `create the token as an administrator and set it: ${set}`,
      );
    default:
      return fault(
        `amoCRM answered the account request with ${reply.status}`,
        noContacts,
        "check amocrm.origin in infra/stages.ts",
      );
  }
}

function judgeEnd({ apiTokenEndsAtMillis: end, nowMillis, stage }: Facts): Finding {
  if (!end.known) return unknown(end.why);
  if (end.value === undefined) return unknown("the token does not contain its expiry date");
  const leftMillis = end.value - nowMillis;
  const date = new Date(end.value).toISOString().slice(0, 10);
  const fix = `create another long-lived token in the integration: ${commandToSet(stage, "amocrm-api", "token")}`;
  if (leftMillis <= 0) return fault(`it expired on ${date}`, noContacts, fix);
  const days = Math.floor(leftMillis / dayMillis);
  if (leftMillis >= soonMillis) return ok(`${days} days, until ${date}`);
  return warning(`it expires in ${days} days, on ${date}`, `after that, ${noContacts}`, fix);
}

function judgeAccount({ account, channel, stage }: Facts): Finding {
  if (!account.known) return unknown(account.why);
  if (!channel.known) return unknown(channel.why);
  const reply = account.value;
  const amojoId = reply.kind === "answered" ? reply.body?.amojoId : undefined;
  if (amojoId === undefined) return unknown("amoCRM did not report the account of the token");
  const { scopeId } = channel.value;
  if (scopeId === "") return unknown("the channel is not connected yet");
  if (accountOf(scopeId) === amojoId) return ok("the same account");
  return fault(
    "the token belongs to one amoCRM account, the channel is connected to another",
    "the bridge creates contacts in an account without the chats",
    `${commandOn(stage, "connect")}, or set a token of the connected account`,
  );
}

/** A 400 refuses the query, not the right to make it. */
function judgeContactChats({ contactChats, stage }: Facts): Finding {
  if (!contactChats.known) return unknown(contactChats.why);
  const reply = contactChats.value;
  if (reply.kind === "silent") return unknown(reply.reason);
  const { status } = reply;
  if ([200, 204, 400].includes(status)) return ok("allowed");
  if (status !== 403 && status !== 401) return unknown(`amoCRM answered with ${status}`);
  return fault(
    `amoCRM forbids it (${status}): the integration's id (client_uuid) is not in the channel's settings, or the token was not created by an administrator`,
    "the bridge does not link chats to contacts: each new customer becomes a new contact",
    `send amoCRM support the integration's id for this channel; set an administrator's token: ${commandToSet(stage, "amocrm-api", "token")}`,
  );
}
