import { expect, test } from "@jest/globals";
import {
  answered,
  aSecret,
  dayMillis,
  judge,
  known,
  notKnown,
  nowMillis,
  textOf,
  theSecrets,
} from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const misshapen = (field: string) => ({
  ...aSecret("token"),
  fields: { [field]: "misshapen" } as const,
});
const missing = (field: string) => ({
  ...aSecret("token"),
  fields: { [field]: "missing" } as const,
});
const rotated = (days: number) => ({
  ...aSecret("current"),
  hasPrevious: true,
  writtenAtMillis: nowMillis - days * dayMillis,
});

const rows: readonly Row[] = [
  {
    id: "secret-telegram-bot",
    when: "it is not set",
    facts: theSecrets({ "telegram-bot": known(missing("token")) }),
    state: "fault",
    says: ["token is not set", `npx bridge secret set --name telegram-bot ${on} < bot-token.txt`],
  },
  {
    id: "secret-telegram-webhook",
    when: "it is too short",
    facts: theSecrets({ "telegram-webhook": known(misshapen("current")) }),
    state: "fault",
    says: [
      "current has the wrong format",
      `npx bridge secret set --name telegram-webhook ${on} < webhook-secret.txt`,
    ],
  },
  {
    id: "secret-amocrm-channel",
    when: "both fields are missing",
    facts: theSecrets({
      "amocrm-channel": known({
        ...aSecret(),
        fields: { channelId: "missing", current: "missing" },
      }),
    }),
    state: "fault",
    says: [
      "the channel's id (channelId) is not set; the channel's secret (current) is not set",
      `--field channelId ${on} < channel-id.txt; then npx bridge`,
      `--field current ${on} < channel-secret.txt`,
    ],
  },
  {
    id: "secret-amocrm-channel",
    when: "it cannot be read",
    facts: theSecrets({ "amocrm-channel": notKnown }),
    state: "fault",
    says: ["could not be seen", "npx cdk deploy dev/main"],
  },
  {
    id: "secret-amocrm-channel",
    when: "the secret is not hexadecimal, and amoCRM refuses it",
    facts: {
      channel: known({
        channelId: "channel",
        scopeId: "channel_account",
        connectedAtMillis: 1,
        isSecretHex: false,
      }),
      chats: known(answered(403)),
    },
    state: "warning",
    says: ["40 hexadecimal digits", "--name amocrm-channel --field current"],
  },
  {
    id: "secret-amocrm-channel",
    when: "the secret is not hexadecimal, but amoCRM accepts it",
    facts: {
      channel: known({
        channelId: "channel",
        scopeId: "channel_account",
        connectedAtMillis: 1,
        isSecretHex: false,
      }),
    },
    state: "ok",
    says: [],
  },
  {
    id: "secret-amocrm-api",
    when: "it is not set",
    facts: theSecrets({ "amocrm-api": known(missing("token")) }),
    state: "not-applicable",
    says: ["creates contacts and leads automatically"],
  },
  {
    id: "secret-amocrm-api",
    when: "it contains spaces",
    facts: theSecrets({ "amocrm-api": known(misshapen("token")) }),
    state: "fault",
    says: [`npx bridge secret set --name amocrm-api ${on} < api-token.txt`],
  },
  {
    id: "secret-deep-link",
    when: "it is not set",
    facts: theSecrets({ "deep-link": known(missing("current")) }),
    state: "fault",
    says: [`npx bridge secret set --name deep-link ${on} < deep-link-key.txt`],
  },
  {
    id: "previous-secrets",
    when: "the previous key of deep links is old, because printed links need it",
    facts: theSecrets({ "deep-link": known(rotated(400)) }),
    state: "ok",
    says: [],
  },
  {
    id: "previous-secrets",
    when: "the previous secret is eight days old",
    facts: theSecrets({ "amocrm-channel": known(rotated(8)) }),
    state: "warning",
    says: [
      "amocrm-channel still accepts",
      "8 days",
      `bridge secret retire --name amocrm-channel ${on}`,
    ],
  },
  {
    id: "previous-secrets",
    when: "the change was yesterday",
    facts: theSecrets({ "telegram-webhook": known(rotated(1)) }),
    state: "ok",
    says: [],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});
