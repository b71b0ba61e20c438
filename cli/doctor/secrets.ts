import { tokenExpiryMillis } from "../../lambdas/amocrm/main-api/client.ts";
import { textOf, commandToSet, secretPlans } from "../secrets.ts";
import type { DatedSecret, OpenSecrets, SecretName } from "../secrets.ts";
import { commandOn, howToDeploy } from "../stage/stage.ts";
import {
  checksOf,
  conclude,
  fault,
  notApplicable,
  ok,
  unknown,
  warning,
  known,
  notKnown,
  readFact,
} from "./check.ts";
import type { Finding, StageFacts, Fact, Reply } from "./check.ts";

/** The secrets themselves, for calls that need them. They are never a part of the facts. */
export type Secrets = Readonly<Record<SecretName, Fact<DatedSecret>>>;

/** The facts about a secret that do not reveal it. */
export type SecretFacts = {
  readonly fields: Readonly<Record<string, "fits" | "missing" | "misshapen">>;
  readonly hasPrevious: boolean;
  readonly writtenAtMillis: number | undefined;
};

/** The channel as its secret names it. None of these values gives access. */
export type ChannelFacts = {
  readonly channelId: string;
  readonly scopeId: string;
  /** The time when `bridge connect` first connected it. It always asks for hook version v2. */
  readonly connectedAtMillis: number | undefined;
  readonly isSecretHex: boolean;
};

export type SecretsFacts = {
  readonly secrets: Readonly<Record<SecretName, Fact<SecretFacts>>>;
  readonly channel: Fact<ChannelFacts>;
  /** The end of the API token, as the token states it. Undefined when it states none. */
  readonly apiTokenEndsAtMillis: Fact<number | undefined>;
};

/** Reads all secrets. A failure of one does not stop the others. */
export async function readSecrets(store: Pick<OpenSecrets, "readDated">): Promise<Secrets> {
  const names = Object.keys(secretPlans) as SecretName[];
  const read = await Promise.all(names.map((name) => readFact(() => store.readDated(name))));
  return Object.fromEntries(names.map((name, index) => [name, read[index]])) as Secrets;
}

/** The printable facts about the secrets. */
export function secretFacts(secrets: Secrets): SecretsFacts {
  const about = Object.entries(secrets).map(([name, secret]) => [
    name,
    secret.known ? known(factsOf(name as SecretName, secret.value)) : secret,
  ]);
  const token = fieldOf(secrets["amocrm-api"], "token", "the API token is not set");
  return {
    secrets: Object.fromEntries(about) as SecretsFacts["secrets"],
    channel: channelOf(secrets["amocrm-channel"]),
    apiTokenEndsAtMillis: token.known ? known(tokenExpiryMillis(token.value)) : token,
  };
}

function factsOf(name: SecretName, { fields, writtenAtMillis }: DatedSecret): SecretFacts {
  const states = Object.entries(secretPlans[name].fields).map(([field, { shape }]) => {
    const value = textOf(fields, field);
    return [field, value === "" ? "missing" : shape.test(value) ? "fits" : "misshapen"];
  });
  return {
    fields: Object.fromEntries(states) as SecretFacts["fields"],
    hasPrevious: textOf(fields, "previous") !== "",
    writtenAtMillis,
  };
}

/** A field of a secret to call with, or the reason why there is none. */
export function fieldOf(secret: Fact<DatedSecret>, field: string, why: string): Fact<string> {
  if (!secret.known) return secret;
  const value = textOf(secret.value.fields, field);
  return value === "" ? notKnown(why) : known(value);
}

function channelOf(secret: Fact<DatedSecret>): Fact<ChannelFacts> {
  if (!secret.known) return secret;
  const { fields } = secret.value;
  const { connectedAtMillis: since } = fields;
  return known({
    channelId: textOf(fields, "channelId"),
    scopeId: textOf(fields, "scopeId"),
    connectedAtMillis: typeof since === "number" ? since : undefined,
    isSecretHex: /^[0-9a-f]{40}$/i.test(textOf(fields, "current")),
  });
}

const dayMillis = 86_400_000;
/** A vendor that still signs with the earlier secret after a week does not know the new one. */
const longAfterMillis = 7 * dayMillis;

type SecretCheckFacts = StageFacts & SecretsFacts & { readonly chats: Fact<Reply> };

/** Checks whether the secrets exist and have the right form. They show no part of a secret. */
export const secretChecks = checksOf<SecretCheckFacts>("secrets", [
  secretCheck(
    "telegram-bot",
    "the bot token is set and has the right format",
    "customers get nothing, and the bridge cannot download their files",
  ),
  secretCheck(
    "telegram-webhook",
    "the secret that Telegram sends with every update is set",
    "the webhook refuses every update; Telegram keeps updates for a day",
  ),
  secretCheck(
    "amocrm-channel",
    "the channel's id and secret are set and have the right format",
    "nothing reaches amoCRM, and the webhook accepts no operators' messages",
    ({ channel, chats, stage }) => {
      if (!channel.known || channel.value.isSecretHex) return undefined;
      // amoCRM accepts the secret, so its form does not matter.
      if (chats.known && chats.value.kind === "answered" && chats.value.status < 300)
        return undefined;
      return warning(
        "the secret does not have the usual 40 hexadecimal digits of amoCRM",
        "if it was copied wrongly, amoCRM refuses every signature",
        commandToSet(stage, "amocrm-channel", "current"),
      );
    },
  ),
  secretCheck(
    "amocrm-api",
    "the API token is set, if the bridge links contacts",
    "amoCRM creates contacts automatically, including duplicates",
  ),
  secretCheck(
    "deep-link",
    "the key of deep links is set and has the right format",
    "the bridge refuses the links that bridge link made",
  ),
  {
    id: "previous-secrets",
    title: "no previous secret stays valid for more than a week",
    judge({ secrets, nowMillis, stage }) {
      for (const name of ["telegram-webhook", "amocrm-channel"] as const) {
        const secret = secrets[name];
        if (!secret.known) return unknown(`${name} could not be read`);
        const { hasPrevious, writtenAtMillis = nowMillis } = secret.value;
        const sinceMillis = nowMillis - writtenAtMillis;
        if (!hasPrevious || sinceMillis < longAfterMillis) continue;
        return warning(
          `${name} still accepts its previous secret, ${Math.floor(sinceMillis / dayMillis)} days after the last change`,
          "a person who stole the previous one can still write as the vendor",
          commandOn(stage, `secret retire --name ${name}`),
        );
      }
      return ok("none");
    },
  },
]);

function secretCheck(
  name: SecretName,
  title: string,
  causes: string,
  /** What else may be wrong with a secret that is set. */
  findTrouble: (facts: SecretCheckFacts) => Finding | undefined = () => undefined,
) {
  const judge = (facts: SecretCheckFacts): Finding => {
    const secret = facts.secrets[name];
    const isMissing = secret.known && secret.value.fields["token"] === "missing";
    if (name === "amocrm-api" && isMissing) {
      return notApplicable("not set: amoCRM creates contacts and leads automatically");
    }
    const finding = judgeFields(facts, name, causes);
    return (finding.state === "ok" ? findTrouble(facts) : undefined) ?? finding;
  };
  return { id: `secret-${name}`, title, judge };
}

function judgeFields(
  { secrets, stage }: StageFacts & SecretsFacts,
  name: SecretName,
  causes: string,
): Finding {
  const secret = secrets[name];
  if (!secret.known) {
    const fix = `check that your AWS role may read it; if it does not exist, ${howToDeploy(stage)}`;
    return fault(secret.why, causes, fix);
  }
  const wrong = Object.entries(secret.value.fields).filter(([, state]) => state !== "fits");
  if (wrong.length === 0) return ok("set, and in the right format");
  const says = wrong.map(([field, state]) => {
    const problem = state === "missing" ? "is not set" : "has the wrong format";
    return `${wordsFor(name, field)} ${problem}`;
  });
  const sets = wrong.map(([field]) => commandToSet(stage, name, field));
  return fault(says.join("; "), causes, sets.join("; then "));
}

/** The name of a field for people. The command names the field as the secret stores it. */
function wordsFor(name: SecretName, field: string): string {
  if (name === "amocrm-channel" && field === "channelId") return "the channel's id (channelId)";
  if (name === "amocrm-channel" && field === "current") return "the channel's secret (current)";
  return field;
}

/** The scope id of the channel. Without one, the check ends as unknown. */
export function needScopeId(channel: ChannelFacts): string {
  if (channel.scopeId === "") conclude(unknown(notConnected));
  return channel.scopeId;
}

/** The reason why there is no scope id. */
export const notConnected = "the channel is not connected yet";
