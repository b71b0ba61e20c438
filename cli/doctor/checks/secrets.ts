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
    title: "the bot token is there and looks like one",
    judge: (facts) =>
      judgeFields(facts, "telegram-bot", "nothing reaches a customer, and no file comes in"),
  },
  {
    id: "secret-telegram-webhook",
    group: "secrets",
    title: "the secret that Telegram sends with every update is there",
    judge: (facts) =>
      judgeFields(
        facts,
        "telegram-webhook",
        "every update is refused; Telegram keeps it for a day",
      ),
  },
  {
    id: "secret-amocrm-channel",
    group: "secrets",
    title: "the channel's id and secret are there and look like ones",
    judge: judgeChannel,
  },
  {
    id: "secret-amocrm-api",
    group: "secrets",
    title: "the API token is there, where contacts are linked",
    judge: judgeApiToken,
  },
  {
    id: "previous-secrets",
    group: "secrets",
    title: "no earlier secret has been left in force for more than a week",
    judge: judgePrevious,
  },
];

function judgeFields(facts: Facts, name: SecretName, causes: string): Finding {
  const secret = facts.secrets[name];
  if (!secret.known) {
    const deploy = `npx cdk deploy ${facts.stage.name}/${facts.stage.bridge ?? "*"}`;
    return fault(secret.why, causes, `see that you may read it; if it is not there, ${deploy}`);
  }
  const fields = Object.entries(secret.value.fields);
  const wrong = fields.filter(([, state]) => state !== "fits");
  if (wrong.length === 0) return ok("there, and of the right shape");
  const says = wrong.map(([each, state]) =>
    state === "missing"
      ? `${wordsFor(name, each)} is not set`
      : `${wordsFor(name, each)} has not the shape of one`,
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
  const causes = "nothing reaches amoCRM, and no operator's message is taken";
  const finding = judgeFields(facts, "amocrm-channel", causes);
  if (finding.state !== "ok" || !facts.channel.known || facts.channel.value.isSecretHex) {
    return finding;
  }
  // amoCRM accepts the secret, so its form does not matter.
  if (isAccepted(facts)) return finding;
  return warning(
    "the secret is not the 40 hexadecimal digits that amoCRM usually gives",
    "if it was copied wrongly, every signature is refused",
    commandToSet(facts.stage, "amocrm-channel", "current"),
  );
}

function isAccepted({ chats }: Facts): boolean {
  return chats.known && chats.value.kind === "answered" && chats.value.status < 300;
}

function judgeApiToken(facts: Facts): Finding {
  const secret = facts.secrets["amocrm-api"];
  if (secret.known && secret.value.fields["token"] === "missing") {
    return notApplicable("none: amoCRM makes contacts and leads by itself");
  }
  return judgeFields(facts, "amocrm-api", "amoCRM makes contacts by itself, doubles among them");
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
      `${name} still accepts its earlier secret, ${Math.floor(sinceMillis / dayMillis)} days after the last change`,
      "whoever got hold of the earlier one can still write as the vendor",
      commandOn(facts.stage, `secret retire --name ${name}`),
    );
  }
  return ok("none");
}
