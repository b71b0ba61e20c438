import { CommandFailure } from "../command.ts";
import { changeField, textOf } from "../secrets/change-field.ts";
import type { SecretFields, SecretStore } from "../secrets/secret-store.ts";
import { commandToSet } from "../secrets/secret-plans.ts";
import type { Stage } from "../stage/stage.ts";
import type { Channel } from "./call-channel.ts";
import { connectChannel, disconnectChannel } from "./connect-channel.ts";
import { readAccountId } from "./read-account-id.ts";

/** The connection of channel and account, as it is kept beside the channel's secret. */
export type Connection = {
  readonly accountId: string;
  readonly scopeId: string;
  /** False when this scope was known before. */
  readonly changed: boolean;
  readonly connectedAtMillis: number;
};

/**
 * Connects the channel and keeps the scope id with the time of the first connection under it; an
 * account that is not named is asked for at the main API. May be repeated: what is known already is
 * not written again. A channel that is `issued` but not kept yet is kept together with its scope, and
 * only once amoCRM has accepted it.
 */
export async function connect(
  stage: Stage,
  secrets: SecretStore,
  account: { readonly accountId: string | undefined; readonly title: string | undefined },
  now: Date,
  issued?: Channel,
): Promise<Connection> {
  const kept = await secrets.read("amocrm-channel");
  const { fields: before, changed: isNew } =
    issued === undefined ? { fields: kept, changed: false } : withIssued(kept, issued);
  const channel = channelOf(stage, before);
  const { title } = account;
  const accountId = account.accountId ?? (await askForAccount(stage, secrets));
  const scopeId = await connectChannel(stage, channel, { accountId, title }, now);
  const changed = textOf(before, "scopeId") !== scopeId;
  const knownSince = before["connectedAtMillis"];
  const isBoundKept = !changed && Number.isSafeInteger(knownSince);
  const connectedAtMillis = isBoundKept ? Number(knownSince) : now.getTime();
  if (isNew || !isBoundKept) {
    await secrets.write("amocrm-channel", { ...before, scopeId, connectedAtMillis });
  }
  return { accountId, scopeId, changed, connectedAtMillis };
}

function withIssued(kept: SecretFields, { channelId, current }: Channel) {
  const id = changeField(kept, "channelId", channelId);
  const secret = changeField(id.fields, "current", current, { rotates: true });
  return { fields: secret.fields, changed: id.changed || secret.changed };
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
