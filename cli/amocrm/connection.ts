import { isDeepStrictEqual } from "node:util";
import { isScopeId, scopeIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import { CommandFailure } from "../command.ts";
import { changeField, textOf } from "../secrets/change-field.ts";
import type { SecretFields, SecretStore } from "../secrets/secret-store.ts";
import { commandToSet } from "../secrets/secret-plans.ts";
import type { Stage } from "../stage/stage.ts";
import type { Channel } from "./call-channel.ts";
import { connectChannel, disconnectChannel } from "./connect-channel.ts";
import { RefusedByAmocrm } from "./failures.ts";
import { readAccountId } from "./read-account-id.ts";

/** A running webhook looks at an empty or refusing secret again after 30 s; a little more. */
const untilKnownMillis = 35_000;

/** The connection of channel and account, as it is kept beside the channel's secret. */
export type Connection = {
  readonly accountId: string;
  readonly scopeId: string;
  /** What the webhooks were told before amoCRM answered. */
  readonly expectedScopeId: string;
  /** False when this scope was known before. */
  readonly changed: boolean;
  /** When the scope was kept: what is older is not ours to deliver. */
  readonly connectedAtMillis: number;
};

/** How time passes, and where it is said why. */
export type Waiting = {
  readonly now: () => number;
  readonly sleep: (millis: number) => Promise<unknown>;
  readonly say: (line: string) => void;
};

/**
 * Connects the channel and keeps the scope id with the time of the first connection under it; an
 * account that is not named is asked for at the main API. From amoCRM's yes on a hook may come, which
 * it never repeats: so the scope that its answer is expected to name is kept first, and amoCRM is
 * called when every running webhook knows it. What amoCRM refuses is put back as it was. May be
 * repeated: what is known already is neither written nor waited for again. A channel that is `issued`
 * but not kept yet is kept with its scope.
 */
export async function connect(
  stage: Stage,
  secrets: SecretStore,
  account: { readonly accountId: string | undefined; readonly title: string | undefined },
  waiting: Waiting,
  issued?: Channel,
): Promise<Connection> {
  const { now } = waiting;
  const kept = await secrets.read("amocrm-channel");
  const before = issued === undefined ? kept : withIssued(kept, issued);
  const channel = channelOf(stage, before);
  const accountId = account.accountId ?? (await askForAccount(stage, secrets));
  const keptScopeId = textOf(before, "scopeId");
  // One of another form than we know was amoCRM's own answer: a guess would lock its hooks out.
  const isOfOtherForm = keptScopeId !== "" && !isScopeId(keptScopeId);
  const expectedScopeId = isOfOtherForm ? keptScopeId : scopeIdOf(channel.channelId, accountId);
  const keptAtMillis = connectedAtIn(before);
  const isKnown = keptScopeId === expectedScopeId;
  const startedAtMillis = now();
  const expected = { ...before, scopeId: expectedScopeId, connectedAtMillis: startedAtMillis };
  if (!isKnown) await secrets.write("amocrm-channel", expected);
  await untilWebhooksKnow(isKnown ? keptAtMillis : startedAtMillis, expectedScopeId, waiting);

  const request = { accountId, title: account.title };
  const scopeId = await connectChannel(stage, channel, request, new Date(now())).catch(
    async (error: unknown) => {
      if (!isKnown) await settleFailure(error, secrets, kept, expectedScopeId);
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

/** What follows where amoCRM has answered another scope id than it was expected to. */
export function unexpected(expectedScopeId: string): string {
  return `not ${expectedScopeId}, as was expected: hooks of the next 30 s may be refused; the caretaker finds their messages in the history within minutes`;
}

/** Of a scope that is kept without a time nothing is to be waited for: it is older than this command. */
async function untilWebhooksKnow(
  keptAtMillis: number | undefined,
  scopeId: string,
  { now, sleep, say }: Waiting,
): Promise<void> {
  const ageMillis = now() - (keptAtMillis ?? Number.NEGATIVE_INFINITY);
  const waitMillis = Math.min(untilKnownMillis, untilKnownMillis - ageMillis);
  if (waitMillis <= 0) return;
  say(
    `the scope id ${scopeId} is kept; amoCRM is called in ${Math.ceil(waitMillis / 1000)} s, when every running webhook knows it: a hook that came before would be refused, and amoCRM repeats none`,
  );
  await sleep(waitMillis);
}

/** A plain refusal leaves no trace; what may have been carried out stays kept. */
async function settleFailure(
  error: unknown,
  secrets: SecretStore,
  kept: SecretFields,
  expectedScopeId: string,
): Promise<void> {
  if (!(error instanceof CommandFailure)) return;
  if (error instanceof RefusedByAmocrm) {
    await secrets.write("amocrm-channel", kept).catch((second: Error) => {
      throw new CommandFailure(`${error.message}; and what was kept before: ${second.message}`);
    });
    return;
  }
  throw new CommandFailure(
    `${error.message}; the scope id ${expectedScopeId} stays kept, in case that amoCRM did connect: repeat the command`,
  );
}

function connectedAtIn(fields: SecretFields): number | undefined {
  const value = fields["connectedAtMillis"];
  return Number.isSafeInteger(value) ? Number(value) : undefined;
}

function withIssued(kept: SecretFields, { channelId, current }: Channel): SecretFields {
  const { fields } = changeField(kept, "channelId", channelId);
  return changeField(fields, "current", current, { rotates: true }).fields;
}

/**
 * Ends the connection and forgets its scope; the channel's id and secret stay. False when there was
 * none: a scope that is not known here is left alone unless its account is named.
 */
export async function disconnect(
  stage: Stage,
  secrets: SecretStore,
  givenAccountId: string | undefined,
  now: Date,
): Promise<boolean> {
  const before = await secrets.read("amocrm-channel");
  const scopeId = textOf(before, "scopeId");
  if (scopeId === "" && givenAccountId === undefined) return false;
  const channel = channelOf(stage, before);
  const accountId =
    givenAccountId ??
    accountOfScope(scopeId, channel.channelId) ??
    (await askForAccount(stage, secrets));
  await disconnectChannel(stage, channel, accountId, now);
  const { connectedAtMillis: _, ...rest } = before;
  await secrets.write("amocrm-channel", { ...rest, scopeId: "" });
  return true;
}

/** The account in a scope id, which so far is made of channel and account. */
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
