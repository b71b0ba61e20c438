import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { isScopeId, scopeIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { amocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { CommandFailure } from "../command.ts";
import { changeField, textOf, commandToSet } from "../secrets.ts";
import type { SecretFields, SecretStore } from "../secrets.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { callChannel, explanation, readSuccess, RefusedByAmocrm, refusal } from "./call.ts";
import type { Channel } from "./call.ts";
import { readAccountId } from "./main-api.ts";
import { inWordsOf, vendorOf } from "./vendor.ts";
import type { Vendor } from "./vendor.ts";

const connectionAnswer = z.object({ scope_id: z.string().regex(/^[^\s/?#]+$/) });

/**
 * Connects the channel to an account and answers the scope id. A second connection changes only the title.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function connectChannel(
  stage: Stage,
  channel: Channel,
  account: { readonly accountId: string; readonly title: string | undefined },
  now: Date,
): Promise<string> {
  const { accountId: account_id, title } = account;
  const body = {
    account_id,
    ...(title === undefined ? {} : { title }),
    hook_api_version: "v2",
  };
  const answer = await callChannel(stage, channel, { method: "POST", name: "connect", body }, now);
  const secrets = [channel.current];
  const vendor = vendorOf(stage);
  if (answer.status === 200) {
    return readSuccess(vendor, connectionAnswer, answer, "connection").scope_id;
  }
  if (answer.status !== 400) throw refusal(vendor, answer, "connection", secrets);
  throw new RefusedByAmocrm(
    `${vendor.name} refused the connection (400)${explanation(answer, secrets)}; only accounts that you named to ${vendor.name} support may connect a private channel`,
  );
}

/**
 * Ends the channel's connection to an account. From then on amoCRM sends no hooks. Its documentation does not
 * say what happens to a connection that has already ended.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function disconnectChannel(
  stage: Stage,
  channel: Channel,
  accountId: string,
  now: Date,
): Promise<void> {
  const body = { account_id: accountId };
  const call = { method: "DELETE", name: "disconnect", body } as const;
  const answer = await callChannel(stage, channel, call, now);
  if (answer.status === 200 || answer.status === 204) return;
  throw refusal(vendorOf(stage), answer, "disconnection", [channel.current]);
}

/** A running webhook reads an empty or refusing secret again after 30 s. This is a little longer. */
const untilKnownMillis = 35_000;

/** The clock, and the output for the reason of a wait. */
type Waiting = {
  readonly now: () => number;
  readonly sleep: (millis: number) => Promise<unknown>;
  readonly say: (line: string) => void;
};

/**
 * Connects the channel, and stores the scope id with the time of the first connection under it. Without
 * `accountId`, it asks the main API for the account. A hook may come as soon as amoCRM has accepted, and
 * amoCRM never repeats a hook. So the command first stores the expected scope id, waits until every running
 * webhook knows it, and then calls amoCRM. If amoCRM refuses, the command restores the old secret. It may be
 * repeated: it neither writes nor waits for a scope that is already known. With `issued`, it stores a channel
 * that is not stored yet together with its scope. `connectedAtMillis` is the time when the command stored the
 * scope: the bridge does not deliver older messages.
 */
export async function connect(
  stage: Stage,
  secrets: SecretStore,
  account: { readonly accountId: string | undefined; readonly title: string | undefined },
  waiting: Waiting,
  issued?: Channel,
) {
  const { now } = waiting;
  const kept = await secrets.read("amocrm-channel");
  const before = issued === undefined ? kept : withIssued(kept, issued);
  const channel = channelOf(stage, before);
  const accountId = account.accountId ?? (await askForAccount(stage, secrets));
  const keptScopeId = textOf(before, "scopeId");
  // A scope id in an unknown form came from amoCRM itself. Replacing it with a guess would refuse its hooks.
  const isOfOtherForm = keptScopeId !== "" && !isScopeId(keptScopeId);
  const expectedScopeId = isOfOtherForm ? keptScopeId : scopeIdOf(channel.channelId, accountId);
  const { connectedAtMillis: keptAt } = before;
  const keptAtMillis = Number.isSafeInteger(keptAt) ? Number(keptAt) : undefined;
  const isKnown = keptScopeId === expectedScopeId;
  const startedAtMillis = now();
  const expected = { ...before, scopeId: expectedScopeId, connectedAtMillis: startedAtMillis };
  if (!isKnown) await secrets.write("amocrm-channel", expected);
  const vendor = vendorOf(stage);
  const say = (line: string) => waiting.say(inWordsOf(vendor, line));
  const knownAtMillis = isKnown ? keptAtMillis : startedAtMillis;
  await untilWebhooksKnow(knownAtMillis, expectedScopeId, { ...waiting, say });

  const request = { accountId, title: account.title };
  const scopeId = await connectChannel(stage, channel, request, new Date(now())).catch(
    async (error: unknown) => {
      if (!isKnown) await settleFailure(error, secrets, kept, expectedScopeId, vendor);
      throw error;
    },
  );
  const changed = scopeId !== keptScopeId;
  const connectedAtMillis = changed ? startedAtMillis : (keptAtMillis ?? startedAtMillis);
  const fields = { ...before, scopeId, connectedAtMillis };
  if (!isDeepStrictEqual(fields, isKnown ? kept : expected)) {
    await secrets.write("amocrm-channel", fields);
  }
  return { accountId, scopeId, expectedScopeId, changed, connectedAtMillis };
}

/** The consequences when amoCRM answers another scope id than expected. */
export function unexpected(expectedScopeId: string): string {
  return `expected ${expectedScopeId}: the webhook may refuse hooks for the next 30 s; the caretaker finds their messages in the history within minutes`;
}

/**
 * Waits until every running webhook knows the scope. It does not wait for a scope without a time: such a
 * scope is older than this command.
 */
async function untilWebhooksKnow(
  keptAtMillis: number | undefined,
  scopeId: string,
  { now, sleep, say }: Waiting,
): Promise<void> {
  const ageMillis = now() - (keptAtMillis ?? Number.NEGATIVE_INFINITY);
  const waitMillis = Math.min(untilKnownMillis, untilKnownMillis - ageMillis);
  if (waitMillis <= 0) return;
  say(
    `the scope id ${scopeId} is stored; this command calls amoCRM in ${Math.ceil(waitMillis / 1000)} s, when every running webhook knows it: an earlier hook would be refused, and amoCRM does not retry hooks`,
  );
  await sleep(waitMillis);
}

/** After a plain refusal it restores the secret. After an ambiguous outcome the expected scope stays stored. */
async function settleFailure(
  error: unknown,
  secrets: SecretStore,
  kept: SecretFields,
  expectedScopeId: string,
  { name }: Vendor,
): Promise<void> {
  if (!(error instanceof CommandFailure)) return;
  if (error instanceof RefusedByAmocrm) {
    await secrets.write("amocrm-channel", kept).catch((second: Error) => {
      throw new CommandFailure(
        `${error.message}; the old secret was not restored: ${second.message}`,
      );
    });
    return;
  }
  throw new CommandFailure(
    `${error.message}; the scope id ${expectedScopeId} stays stored, in case ${name} did connect: repeat the command`,
  );
}

function withIssued(kept: SecretFields, { channelId, current }: Channel): SecretFields {
  const { fields } = changeField(kept, "channelId", channelId);
  return changeField(fields, "current", current, { rotates: true }).fields;
}

/**
 * Ends the connection and forgets its scope. The channel's id and secret stay. Without an account's id, the
 * command leaves an unknown scope alone.
 */
export async function disconnect(
  stage: Stage,
  secrets: SecretStore,
  givenAccountId: string | undefined,
  now: Date,
): Promise<"disconnected" | "not-connected"> {
  const before = await secrets.read("amocrm-channel");
  const scopeId = textOf(before, "scopeId");
  if (scopeId === "" && givenAccountId === undefined) return "not-connected";
  const channel = channelOf(stage, before);
  const accountId =
    givenAccountId ??
    accountOfScope(scopeId, channel.channelId) ??
    (await askForAccount(stage, secrets));
  await disconnectChannel(stage, channel, accountId, now);
  const { connectedAtMillis: _, ...rest } = before;
  await secrets.write("amocrm-channel", { ...rest, scopeId: "" });
  return "disconnected";
}

/** The account in a scope id. So far, a scope id consists of channel and account. */
export function accountOfScope(scopeId: string, channelId: string): string | undefined {
  const prefix = `${channelId}_`;
  return scopeId.startsWith(prefix) && scopeId.length > prefix.length
    ? scopeId.slice(prefix.length)
    : undefined;
}

function channelOf(stage: Stage, fields: SecretFields): Channel {
  for (const field of ["channelId", "current"]) {
    if (textOf(fields, field) !== "") continue;
    const what = field === "current" ? "secret" : "id";
    const set = commandToSet(stage, "amocrm-channel", field);
    throw new CommandFailure(`the channel's ${what} is not set yet: set it with ${set}`);
  }
  return { channelId: textOf(fields, "channelId"), current: textOf(fields, "current") };
}

async function askForAccount(stage: Stage, secrets: SecretStore): Promise<string> {
  return readAccountId(stage, textOf(await secrets.read("amocrm-api"), "token"));
}

/** Reads the channel's secret. Throws when the channel is not connected. */
export async function readChannel(
  stage: Stage,
  secrets: SecretStore,
): Promise<AmocrmChannelCredentials> {
  const result = amocrmChannelCredentials.safeParse(await secrets.read("amocrm-channel"));
  if (result.success) return result.data;
  const connect = commandOn(stage, "connect");
  throw new CommandFailure(`the channel is not connected yet: connect it with ${connect}`);
}
