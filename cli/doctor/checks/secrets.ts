import { commandToSet } from "../../secrets/secret-plans.ts";
import type { SecretName } from "../../secrets/secret-plans.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, notApplicable, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../facts/facts.ts";

const dayMillis = 86_400_000;
/** A vendor that still signs with the earlier secret after a week does not know the new one. */
const longAfterMillis = 7 * dayMillis;

/** Checks whether the secrets exist and have the right form. They show no part of a secret. */
export const secretChecks: readonly Check[] = [
  {
    id: "secret-telegram-bot",
    group: "secrets",
    title: "the bot token is set and has the right format",
    judge: (facts) =>
      judgeFields(
        facts,
        "telegram-bot",
        "customers get nothing, and the bridge cannot download their files",
      ),
  },
  {
    id: "secret-telegram-webhook",
    group: "secrets",
    title: "the secret that Telegram sends with every update is set",
    judge: (facts) =>
      judgeFields(
        facts,
        "telegram-webhook",
        "the webhook refuses every update; Telegram keeps updates for a day",
      ),
  },
  {
    id: "secret-amocrm-channel",
    group: "secrets",
    title: "the channel's id and secret are set and have the right format",
    judge: judgeChannel,
  },
  {
    id: "secret-amocrm-api",
    group: "secrets",
    title: "the API token is set, if the bridge links contacts",
    judge: judgeApiToken,
  },
  {
    id: "previous-secrets",
    group: "secrets",
    title: "no previous secret stays valid for more than a week",
    judge: judgePrevious,
  },
];

function judgeFields(facts: Facts, name: SecretName, causes: string): Finding {
  const secret = facts.secrets[name];
  if (!secret.known) {
    const deploy = `npx cdk deploy ${facts.stage.name}/${facts.stage.bridge ?? "*"}`;
    return fault(
      secret.why,
      causes,
      `check that your AWS role may read it; if it does not exist, ${deploy}`,
    );
  }
  const fields = Object.entries(secret.value.fields);
  const wrong = fields.filter(([, state]) => state !== "fits");
  if (wrong.length === 0) return ok("set, and in the right format");
  const says = wrong.map(([each, state]) =>
    state === "missing"
      ? `${wordsFor(name, each)} is not set`
      : `${wordsFor(name, each)} has the wrong format`,
  );
  const sets = wrong.map(([each]) => commandToSet(facts.stage, name, each));
  return fault(says.join("; "), causes, sets.join("; then "));
}

/** The name of a field for people. The command names the field as the secret stores it. */
function wordsFor(name: SecretName, field: string): string {
  if (name === "amocrm-channel" && field === "channelId") return "the channel's id (channelId)";
  if (name === "amocrm-channel" && field === "current") return "the channel's secret (current)";
  return field;
}

function judgeChannel(facts: Facts): Finding {
  const causes = "nothing reaches amoCRM, and the webhook accepts no operators' messages";
  const finding = judgeFields(facts, "amocrm-channel", causes);
  if (finding.state !== "ok" || !facts.channel.known || facts.channel.value.isSecretHex) {
    return finding;
  }
  // amoCRM accepts the secret, so its form does not matter.
  if (isAccepted(facts)) return finding;
  return warning(
    "the secret does not have the usual 40 hexadecimal digits of amoCRM",
    "if it was copied wrongly, amoCRM refuses every signature",
    commandToSet(facts.stage, "amocrm-channel", "current"),
  );
}

function isAccepted({ chats }: Facts): boolean {
  return chats.known && chats.value.kind === "answered" && chats.value.status < 300;
}

function judgeApiToken(facts: Facts): Finding {
  const secret = facts.secrets["amocrm-api"];
  if (secret.known && secret.value.fields["token"] === "missing") {
    return notApplicable("not set: amoCRM creates contacts and leads automatically");
  }
  return judgeFields(
    facts,
    "amocrm-api",
    "amoCRM creates contacts automatically, including duplicates",
  );
}

function judgePrevious(facts: Facts): Finding {
  const rotating: readonly SecretName[] = ["telegram-webhook", "amocrm-channel"];
  for (const name of rotating) {
    const secret = facts.secrets[name];
    if (!secret.known) return unknown(`${name} could not be read`);
    const { hasPrevious, writtenAtMillis = facts.nowMillis } = secret.value;
    const sinceMillis = facts.nowMillis - writtenAtMillis;
    if (!hasPrevious || sinceMillis < longAfterMillis) continue;
    return warning(
      `${name} still accepts its previous secret, ${Math.floor(sinceMillis / dayMillis)} days after the last change`,
      "a person who stole the previous one can still write as the vendor",
      commandOn(facts.stage, `secret retire --name ${name}`),
    );
  }
  return ok("none");
}
