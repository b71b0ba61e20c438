import { accountOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { formatDate, signRequest } from "../../lambdas/amocrm/webhook/signature.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { vendorOf, whereToCreateToken } from "../amocrm/vendor.ts";
import { commandToSet } from "../secrets.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import {
  checksOf,
  conclude,
  fault,
  need,
  notApplicable,
  ok,
  unknown,
  warning,
  ask,
  isAnswering,
  known,
  notKnown,
} from "./check.ts";
import type { StageFacts, Fact, Reply } from "./check.ts";
import { needScopeId } from "./secrets.ts";
import type { SecretsFacts } from "./secrets.ts";

/** A chat id that no account has. A query for it changes nothing. */
const noChat = "00000000-0000-0000-0000-000000000000";

export type MainApiFacts = {
  readonly account: Fact<Reply<{ readonly amojoId: string }>>;
  readonly contactChats: Fact<Reply>;
};
type AmocrmFacts = StageFacts &
  SecretsFacts &
  MainApiFacts & {
    /** The answer for the history of a chat that does not exist: it shows whether the bridge has access. */
    readonly chats: Fact<Reply>;
  };

/**
 * Asks for the history of a chat that does not exist. It is a signed, read-only call under the scope. A
 * connected channel answers with 204, "no chat or no messages".
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function readChats(
  stage: Stage,
  scopeId: Fact<string>,
  secret: Fact<string>,
): Promise<Fact<Reply>> {
  if (!scopeId.known) return scopeId;
  if (!secret.known) return secret;
  const path = `/v2/origin/custom/${encodeURIComponent(scopeId.value)}/chats/${noChat}/history`;
  const request = { method: "GET", path, date: formatDate(new Date()), body: new Uint8Array() };
  const headers = { ...signRequest(request, secret.value) };
  return known(
    await ask(`${stage.amojoOrigin}${path}?limit=1&offset=0`, { method: "GET", headers }),
  );
}

/** Finds the account of the API token, and whether the token may link chats to contacts. */
export async function readMainApi(stage: Stage, token: Fact<string>): Promise<MainApiFacts> {
  if (!token.known) return { account: token, contactChats: token };
  const headers = { Authorization: `Bearer ${token.value}` };
  const get = <Body>(path: string, read?: (answer: Answer) => Body | undefined) =>
    ask(`${stage.amocrmOrigin}/api/v4/${path}`, { method: "GET", headers }, read);
  const who = await get("account?with=amojo_id", amojoIdOf);
  if (who.kind === "silent" || who.status !== 200) {
    const why = "amoCRM did not report the account of the API token";
    return { account: known(who), contactChats: notKnown(why) };
  }
  return {
    account: known(who),
    contactChats: known(await get(`contacts/chats?chat_id=${noChat}`)),
  };
}

function amojoIdOf({ text }: Answer): { amojoId: string } | undefined {
  const amojoId = parseObject(Buffer.from(text))?.["amojo_id"];
  return typeof amojoId === "string" ? { amojoId } : undefined;
}

const nothingPasses = "nothing reaches amoCRM; customers' messages wait for 10 days at most";
const noContacts =
  "the bridge links no contacts: amoCRM creates contacts and leads automatically, including duplicates";
const dayMillis = 86_400_000;
const soonMillis = 30 * dayMillis;

/** Checks of the chat channel between amoCRM and the bridge, and of the right to link contacts. */
export const amocrmChecks = checksOf<AmocrmFacts>("amoCRM", [
  {
    id: "channel-scope",
    title: "the scope id of the connection is known and belongs to this channel",
    judge({ channel, stage }) {
      const { scopeId, channelId } = need(channel);
      const connect = commandOn(stage, "connect");
      if (scopeId === "") {
        const causes =
          "no message passes in either direction: the webhook refuses every hook (404)";
        return fault("the channel has not been connected", causes, connect);
      }
      if (scopeId.startsWith(`${channelId}_`)) return ok("known");
      const says = "the scope id belongs to another channel than the channel id";
      return fault(says, nothingPasses, connect);
    },
  },
  {
    id: "amojo-answers",
    title: "amoCRM's chat service answers",
    judge({ chats }) {
      const reply = need(chats);
      if (isAnswering(reply)) return ok("it answers");
      return fault(
        reply.kind === "silent" ? reply.reason : `it answers ${reply.status}`,
        nothingPasses,
        "wait, then run doctor again: the bridge continues when amoCRM answers",
      );
    },
  },
  {
    id: "channel-connected",
    title: "the channel is connected to the account",
    judge({ chats, stage }) {
      const status = needStatus(chats);
      if (status === 200 || status === 204) return ok("connected");
      if (status === 403) return unknown("amoCRM refused the signature");
      const connect = commandOn(stage, "connect");
      if (status === 404) {
        return fault(
          "amoCRM does not know the connection (404): the integration was disabled or installed again",
          "amoCRM sends no hooks and accepts no messages: operators and customers do not see each other's messages",
          connect,
        );
      }
      const says = `amoCRM answered the history request with ${status}`;
      return warning(says, "the connection may not work", connect);
    },
  },
  {
    id: "channel-secret",
    title: "amoCRM accepts signatures made with the channel's secret",
    judge({ chats, stage }) {
      const status = needStatus(chats);
      if (status === 404) return unknown("there is no connection to test it with");
      if (status !== 403) return ok("accepted");
      return fault(
        "amoCRM refuses the signature (403): the secret or this machine's clock is wrong",
        nothingPasses,
        commandToSet(stage, "amocrm-channel", "current"),
      );
    },
  },
  {
    id: "hook-version",
    title: "hooks come in version v2",
    /** amoCRM does not report it. Only the answer to `connect` names it, and `connect` asks for v2. */
    judge({ channel, stage }) {
      const { connectedAtMillis } = need(channel);
      needScopeId(need(channel));
      if (connectedAtMillis !== undefined) {
        const since = new Date(connectedAtMillis).toISOString();
        return ok(`bridge connect asked for v2 when it connected the channel at ${since}`);
      }
      return unknown(
        `amoCRM does not report it, and another program made this connection: ${commandOn(stage, "connect")} asks for v2, and you can repeat it`,
      );
    },
  },
  {
    id: "api-token",
    title: "amoCRM accepts the API token, and the account is paid",
    judge(facts) {
      const reply = need(withToken(facts).account);
      if (reply.kind === "silent" || !isAnswering(reply)) {
        const what = reply.kind === "silent" ? `gives ${reply.reason}` : `answers ${reply.status}`;
        return fault(`amoCRM ${what}`, `until then, ${noContacts}`, "wait, then run doctor again");
      }
      const set = setToken(facts.stage);
      const create = `create a token ${whereToCreateToken(vendorOf(facts.stage))} and set it`;
      const troubles: Readonly<Record<number, readonly [says: string, fix: string]>> = {
        401: ["the token has expired, was revoked or is wrong (401)", `${create}: ${set}`],
        402: ["the account is not paid (402)", "pay for the account"],
        403: [
          "amoCRM forbids it (403): the token has no rights, or calls from this address are blocked",
          `as an administrator, ${create}: ${set}`,
        ],
      };
      if (reply.status === 200) return ok("accepted");
      const [says, fix] = troubles[reply.status] ?? [
        `amoCRM answered the account request with ${reply.status}`,
        "check amocrm.origin in infra/stages.ts",
      ];
      return fault(says, noContacts, fix);
    },
  },
  {
    id: "api-token-end",
    title: "the API token is valid for 30 more days",
    judge(facts) {
      const { nowMillis, stage } = facts;
      const endMillis = need(withToken(facts).apiTokenEndsAtMillis);
      if (endMillis === undefined) return unknown("the token does not contain its expiry date");
      const leftMillis = endMillis - nowMillis;
      const date = new Date(endMillis).toISOString().slice(0, 10);
      const fix = `create another long-lived token in the integration: ${setToken(stage)}`;
      if (leftMillis <= 0) return fault(`it expired on ${date}`, noContacts, fix);
      const days = Math.floor(leftMillis / dayMillis);
      if (leftMillis >= soonMillis) return ok(`${days} days, until ${date}`);
      return warning(`it expires in ${days} days, on ${date}`, `after that, ${noContacts}`, fix);
    },
  },
  {
    id: "account",
    title: "the API token belongs to the account to which the channel is connected",
    judge(facts) {
      const reply = need(withToken(facts).account);
      const channel = need(facts.channel);
      const amojoId = reply.kind === "answered" ? reply.body?.amojoId : undefined;
      if (amojoId === undefined) return unknown("amoCRM did not report the account of the token");
      if (accountOf(needScopeId(channel)) === amojoId) return ok("the same account");
      return fault(
        "the token belongs to one amoCRM account, the channel is connected to another",
        "the bridge creates contacts in an account without the chats",
        `${commandOn(facts.stage, "connect")}, or set a token of the connected account`,
      );
    },
  },
  {
    id: "contacts-chats",
    title: "the integration may link chats to contacts",
    judge(facts) {
      const reply = need(withToken(facts).contactChats);
      if (reply.kind === "silent") return unknown(reply.reason);
      const { status } = reply;
      // A 400 refuses the query, not the right to make it.
      if ([200, 204, 400].includes(status)) return ok("allowed");
      if (status !== 403 && status !== 401) return unknown(`amoCRM answered with ${status}`);
      return fault(
        `amoCRM forbids it (${status}): the integration's id (client_uuid) is not in the channel's settings, or the token was not created by an administrator`,
        "the bridge does not link chats to contacts: each new customer becomes a new contact",
        `send amoCRM support the integration's id for this channel (${vendorOf(facts.stage).registrationPage}); set an administrator's token: ${setToken(facts.stage)}`,
      );
    },
  },
]);

/** The status that the chat service answered. Without an answer, the check ends as unknown. */
function needStatus(chats: Fact<Reply>): number {
  const reply = need(chats);
  if (reply.kind === "answered" && isAnswering(reply)) return reply.status;
  return conclude(unknown("the chat service does not answer"));
}

/** The same facts, if the bridge has an API token. Otherwise the check does not apply. */
function withToken(facts: AmocrmFacts): AmocrmFacts {
  const { fields } = need(facts.secrets["amocrm-api"]);
  if (fields["token"] === "missing") conclude(notApplicable("there is no API token"));
  return facts;
}

function setToken(stage: Stage): string {
  return commandToSet(stage, "amocrm-api", "token");
}
