import { expect, test } from "@jest/globals";
import type { ChannelFacts } from "../../../../cli/doctor/secrets.ts";
import { answered, dayMillis, judge, known, notKnown, nowMillis, silent, textOf } from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const theChannel = (differing: Partial<ChannelFacts>) => ({
  channel: known({
    channelId: "channel",
    scopeId: "channel_account",
    connectedAtMillis: nowMillis,
    isSecretHex: true,
    ...differing,
  }),
});
const accountOf = (amojoId: string) =>
  known({ kind: "answered", status: 200, body: { amojoId } } as const);
const set = `bridge secret set --name amocrm-api ${on}`;

const rows: readonly Row[] = [
  {
    id: "channel-scope",
    when: "it was never connected",
    facts: theChannel({ scopeId: "" }),
    state: "fault",
    says: ["has not been connected", "404", `bridge connect ${on}`],
  },
  {
    id: "channel-scope",
    when: "the channel was replaced",
    facts: theChannel({ channelId: "new" }),
    state: "fault",
    says: ["belongs to another channel", `bridge connect ${on}`],
  },
  {
    id: "amojo-answers",
    when: "there is no answer",
    facts: { chats: known(silent) },
    state: "fault",
    says: ["ECONNREFUSED", "for 10 days at most", "continues when amoCRM answers"],
  },
  {
    id: "amojo-answers",
    when: "it is overloaded",
    facts: { chats: known(answered(503)) },
    state: "fault",
    says: ["answers 503"],
  },
  {
    id: "channel-connected",
    when: "the integration was disabled",
    facts: { chats: known(answered(404)) },
    state: "fault",
    says: ["disabled or installed again", `bridge connect ${on}`],
  },
  {
    id: "channel-connected",
    when: "the history has messages",
    facts: { chats: known(answered(200)) },
    state: "ok",
    says: ["connected"],
  },
  {
    id: "channel-connected",
    when: "amoCRM gives an unexpected answer",
    facts: { chats: known(answered(418)) },
    state: "warning",
    says: ["418", `bridge connect ${on}`],
  },
  {
    id: "channel-secret",
    when: "amoCRM refuses the signature",
    facts: { chats: known(answered(403)) },
    state: "fault",
    says: ["403", "--name amocrm-channel --field current"],
  },
  {
    id: "hook-version",
    when: "another program made the connection",
    facts: theChannel({ connectedAtMillis: undefined }),
    state: "unknown",
    says: [`bridge connect ${on} asks for v2`],
  },
  {
    id: "hook-version",
    when: "the channel is not connected",
    facts: theChannel({ scopeId: "", connectedAtMillis: undefined }),
    state: "unknown",
    says: ["not connected yet"],
  },
  {
    id: "api-token",
    when: "it was revoked",
    facts: { account: known(answered(401)) },
    state: "fault",
    says: ["(401)", "including duplicates", set],
  },
  {
    id: "api-token",
    when: "the account is not paid",
    facts: { account: known(answered(402)) },
    state: "fault",
    says: ["(402)", "pay for the account"],
  },
  {
    id: "api-token",
    when: "it has no rights",
    facts: { account: known(answered(403)) },
    state: "fault",
    says: ["no rights", set],
  },
  {
    id: "api-token",
    when: "another host answers",
    facts: { account: known(answered(404)) },
    state: "fault",
    says: ["404", "amocrm.origin in infra/stages.ts"],
  },
  {
    id: "api-token",
    when: "amoCRM does not answer",
    facts: { account: known(silent) },
    state: "fault",
    says: ["ECONNREFUSED", "run doctor again"],
  },
  {
    id: "api-token-end",
    when: "it expired yesterday",
    facts: { apiTokenEndsAtMillis: known(nowMillis - dayMillis) },
    state: "fault",
    says: ["expired on 2026-11-21", set],
  },
  {
    id: "api-token-end",
    when: "it expires next week",
    facts: { apiTokenEndsAtMillis: known(nowMillis + 7 * dayMillis) },
    state: "warning",
    says: ["expires in 7 days, on 2026-11-29", set],
  },
  {
    id: "api-token-end",
    when: "it expires in exactly thirty days",
    facts: { apiTokenEndsAtMillis: known(nowMillis + 30 * dayMillis) },
    state: "ok",
    says: ["30 days"],
  },
  {
    id: "api-token-end",
    when: "it is not a JSON Web Token",
    facts: { apiTokenEndsAtMillis: known(undefined) },
    state: "unknown",
    says: ["does not contain its expiry date"],
  },
  {
    id: "account",
    when: "the token belongs to another account",
    facts: { account: accountOf("other") },
    state: "fault",
    says: ["connected to another", `bridge connect ${on}`],
  },
  {
    id: "account",
    when: "the channel is not connected",
    facts: { ...theChannel({ scopeId: "" }) },
    state: "unknown",
    says: ["not connected yet"],
  },
  {
    id: "contacts-chats",
    when: "the channel does not know the integration",
    facts: { contactChats: known(answered(403)) },
    state: "fault",
    says: ["client_uuid", "send amoCRM support", set],
  },
  {
    id: "contacts-chats",
    when: "amoCRM refuses the query",
    facts: { contactChats: known(answered(400)) },
    state: "ok",
    says: ["allowed"],
  },
  {
    id: "contacts-chats",
    when: "amoCRM was not called",
    facts: { contactChats: notKnown },
    state: "unknown",
    says: [],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});
