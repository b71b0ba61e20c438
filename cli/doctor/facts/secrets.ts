import { tokenExpiryMillis } from "../../../lambdas/amocrm/main-api/client.ts";
import { textOf } from "../../secrets/secret-store.ts";
import { secretPlans } from "../../secrets/secret-plans.ts";
import type { SecretName } from "../../secrets/secret-plans.ts";
import type { SecretFields, StageSecrets } from "../../secrets/secret-store.ts";
import type { ChannelFacts, Fact, SecretFacts } from "./facts.ts";
import { known, look, notKnown } from "./look.ts";

/** The secrets themselves, for calls that need them. They are never a part of the facts. */
export type Secrets = Readonly<Record<SecretName, Fact<DatedSecret>>>;
type DatedSecret = Awaited<ReturnType<StageSecrets["readDated"]>>;

/** Reads all four secrets. A failure of one does not stop the others. */
export async function readSecrets(store: Pick<StageSecrets, "readDated">): Promise<Secrets> {
  const read = (name: SecretName) => look(() => store.readDated(name));
  const [bot, hook, channel, api] = await Promise.all([
    read("telegram-bot"),
    read("telegram-webhook"),
    read("amocrm-channel"),
    read("amocrm-api"),
  ]);
  return {
    "telegram-bot": bot,
    "telegram-webhook": hook,
    "amocrm-channel": channel,
    "amocrm-api": api,
  };
}

/** The printable facts about the secrets. */
export function secretFacts(secrets: Secrets) {
  const about = (name: SecretName): Fact<SecretFacts> => {
    const secret = secrets[name];
    if (!secret.known) return secret;
    const { fields, writtenAtMillis } = secret.value;
    const plans = Object.entries(secretPlans[name].fields);
    const states = plans.map(([field, { shape }]) => [
      field,
      stateOf(textOf(fields, field), shape),
    ]);
    return known({
      fields: Object.fromEntries(states) as SecretFacts["fields"],
      hasPrevious: textOf(fields, "previous") !== "",
      writtenAtMillis,
    });
  };
  return {
    secrets: {
      "telegram-bot": about("telegram-bot"),
      "telegram-webhook": about("telegram-webhook"),
      "amocrm-channel": about("amocrm-channel"),
      "amocrm-api": about("amocrm-api"),
    },
    channel: channelOf(secrets["amocrm-channel"]),
    apiTokenEndsAtMillis: tokenEnd(secrets["amocrm-api"]),
  };
}

/** A field of a secret, or the reason why there is none to call with. */
export function fieldOf(secret: Fact<DatedSecret>, field: string, what: string): Fact<string> {
  if (!secret.known) return secret;
  const value = textOf(secret.value.fields, field);
  return value === "" ? notKnown(`${what} is not set`) : known(value);
}

function stateOf(value: string, shape: RegExp): "fits" | "missing" | "misshapen" {
  if (value === "") return "missing";
  return shape.test(value) ? "fits" : "misshapen";
}

function channelOf(secret: Fact<DatedSecret>): Fact<ChannelFacts> {
  if (!secret.known) return secret;
  const { fields } = secret.value;
  return known({
    channelId: textOf(fields, "channelId"),
    scopeId: textOf(fields, "scopeId"),
    connectedAtMillis: connectedAt(fields),
    isSecretHex: /^[0-9a-f]{40}$/i.test(textOf(fields, "current")),
  });
}

function connectedAt(fields: SecretFields): number | undefined {
  const since = fields["connectedAtMillis"];
  return typeof since === "number" ? since : undefined;
}

function tokenEnd(secret: Fact<DatedSecret>): Fact<number | undefined> {
  const token = fieldOf(secret, "token", "the API token");
  return token.known ? known(tokenExpiryMillis(token.value)) : token;
}
