import type { AddressFacts, MediaFacts } from "../../../../cli/doctor/address.ts";
import { judgeAll } from "../../../../cli/doctor/check.ts";
import type { Finding, Fact } from "../../../../cli/doctor/check.ts";
import { allChecks } from "../../../../cli/commands/doctor.ts";
import type { Facts } from "../../../../cli/commands/doctor.ts";
import type { SecretFacts } from "../../../../cli/doctor/secrets.ts";
import type { TelegramFacts, WebhookFacts } from "../../../../cli/doctor/telegram.ts";
import type { Pipeline } from "../../../../cli/amocrm/main-api.ts";
import { contactFieldCodes } from "../../../../lambdas/model/crm.ts";
import { aStage, crmOf } from "../support.ts";

export const nowMillis = Date.UTC(2026, 10, 22, 12);
export const dayMillis = 86_400_000;
export const minuteMillis = 60_000;

export const known = <Value>(value: Value): Fact<Value> => ({ known: true, value });
export const notKnown = { known: false, why: "could not be seen" } as const;
export const answered = (status: number) => ({ kind: "answered", status }) as const;
export const silent = { kind: "silent", reason: "no answer: ECONNREFUSED" } as const;

export const aSecret = (...fields: readonly string[]): SecretFacts => ({
  fields: Object.fromEntries(fields.map((field) => [field, "fits"])),
  hasPrevious: false,
  writtenAtMillis: nowMillis - 90 * dayMillis,
});

const webhook: WebhookFacts = {
  isOurs: true,
  isSet: true,
  differences: [],
  pendingUpdates: 0,
  lastErrorAtMillis: undefined,
  lastError: "",
};
const telegram: TelegramFacts = {
  me: { kind: "answered", status: 200, body: { id: "1000000001", settings: {} } },
  webhook: known(webhook),
  commandDifferences: known([]),
};
const address: AddressFacts = {
  addresses: known(["192.0.2.1"]),
  certificate: known({
    fault: undefined,
    endsAtMillis: nowMillis + 100 * dayMillis,
    protocol: "TLSv1.3",
  }),
  telegramRoute: answered(401),
  amocrmRoute: known(answered(401)),
  defaultEndpoint: known(answered(404)),
};
const media: MediaFacts = {
  host: "files.example",
  reply: answered(403),
  certificate: known({
    fault: undefined,
    endsAtMillis: nowMillis + 100 * dayMillis,
    protocol: "TLSv1.3",
  }),
};
const queue = { visible: 1, inFlight: 1, delayed: 0, dead: 0, oldestSeconds: 2 };
const nothing = { count: 0, oldestAtMillis: undefined, reasons: {} };

export const theWebhook = (differing: Partial<WebhookFacts>): Partial<Facts> =>
  theBot({ webhook: known({ ...webhook, ...differing }) });
export const theBot = (differing: Partial<TelegramFacts>): Partial<Facts> => ({
  telegram: known({ ...telegram, ...differing }),
});
export const theAddress = (differing: Partial<AddressFacts>): Partial<Facts> => ({
  address: known({ ...address, ...differing }),
});
export const theMedia = (differing: Partial<MediaFacts>): Partial<Facts> => ({
  media: known({ ...media, ...differing }),
});
export const theSecrets = (differing: Partial<Facts["secrets"]>): Partial<Facts> => ({
  secrets: { ...healthy.secrets, ...differing },
});
export const theQueues = (differing: Partial<typeof queue>): Partial<Facts> => ({
  queues: known({ "to-amocrm": { ...queue, ...differing }, "to-telegram": queue }),
});

export const theCrm = (differing: Partial<Facts["crm"]>): Partial<Facts> => ({
  crm: { ...healthy.crm, ...differing },
});
/** A bridge with other settings of new customers. */
export const settingsOf = (...given: Parameters<typeof crmOf>): Partial<Facts> => ({
  stage: { ...healthy.stage, crm: crmOf(...given) },
});

/** A pipeline. Its first stage is that of incoming leads, and it has the stages of closed leads. */
const aPipeline = (id: number, stages: readonly number[], differing: Partial<Pipeline> = {}) => ({
  id,
  is_main: false,
  is_archive: false,
  is_unsorted_on: true,
  _embedded: {
    statuses: [...stages, 142, 143].map((stage, index) => ({
      id: stage,
      type: index === 0 ? 1 : 0,
    })),
  },
  ...differing,
});
const newCustomers = crmOf({
  pipelineId: 7,
  statusId: 71,
  responsibleUserId: 1,
  sources: ["instagram"],
});

/** Facts of a healthy deployed bridge. */
export const healthy: Facts = {
  nowMillis,
  stage: aStage({
    outputs: { ...aStage().outputs, Version: "0.1.0+0123456789ab" },
    protection: { stack: true, tables: true },
    crm: newCustomers,
  }),
  secrets: {
    "telegram-bot": known(aSecret("token")),
    "telegram-webhook": known(aSecret("current")),
    "amocrm-channel": known(aSecret("channelId", "current")),
    "amocrm-api": known(aSecret("token")),
    "deep-link": known(aSecret("current")),
  },
  channel: known({
    channelId: "channel",
    scopeId: "channel_account",
    connectedAtMillis: nowMillis - 90 * dayMillis,
    isSecretHex: true,
  }),
  apiTokenEndsAtMillis: known(nowMillis + 300 * dayMillis),
  telegram: known(telegram),
  chats: known(answered(204)),
  account: known({ kind: "answered", status: 200, body: { amojoId: "account" } }),
  contactChats: known(answered(204)),
  crm: {
    isUnsortedOn: known(true),
    pipelines: known([
      aPipeline(7, [70, 71, 72], { is_main: true }),
      aPipeline(8, [80, 81]),
      aPipeline(9, [90, 91], { is_archive: true }),
    ]),
    users: known([
      { id: 1, rights: { is_active: true, is_free: false } },
      { id: 2, rights: { is_active: false, is_free: false } },
      { id: 3, rights: { is_active: true, is_free: true } },
    ]),
    fields: known(
      Object.values(contactFieldCodes).map((code, index) => ({
        id: 500 + index,
        name: code,
        type: "text",
        code,
      })),
    ),
    sources: known([{ id: 1, external_id: "instagram" }]),
  },
  address: known(address),
  media: known(media),
  alarmTopics: known([{ arn: "arn:aws:sns:eu-central-1:1:alarms", confirmed: 1, pending: 0 }]),
  eventSources: known([
    { id: "1", state: "Enabled" },
    { id: "2", state: "Enabled" },
  ]),
  clocks: known({ Telegram: 400, "amoCRM's chats": -300, amoCRM: 0, AWS: 100 }),
  queues: known({ "to-amocrm": queue, "to-telegram": queue }),
  failedAttempts: known({ "to-amocrm": undefined, "to-telegram": undefined }),
  setAside: known({ parked: nothing, spooled: nothing }),
  caretaker: known({
    ranAtMillis: nowMillis - minuteMillis,
    failedRounds: [],
    reconciledAtMillis: nowMillis - 3 * minuteMillis,
    foundLost: 0,
    checkedAtMillis: nowMillis - 2 * minuteMillis,
    isTelegramWebhookFine: true,
    isAmocrmWebhookFine: true,
  }),
  quota: known({
    region: "eu-central-1",
    total: 1000,
    unreserved: 1000,
    senders: 11,
    bridges: 1,
    lambdaQuota: 1000,
  }),
  localVersion: known("0.1.0+0123456789ab"),
};

/** The finding of one check for a bridge that differs from a healthy one. */
export function judge(id: string, differing: Partial<Facts>): Finding {
  const checks = allChecks.filter((each) => each.id === id);
  const [judged] = judgeAll(checks, { ...healthy, ...differing });
  if (judged === undefined) throw new Error(`there is no check ${id}`);
  return judged.finding;
}

/** A finding as one text, for `toContain`. */
export function textOf(finding: Finding): string {
  return "fix" in finding ? `${finding.says} | ${finding.causes} | ${finding.fix}` : finding.says;
}

/** One row of a table of checks. */
export type Row = {
  readonly id: string;
  readonly when: string;
  readonly facts: Partial<Facts>;
  readonly state: Finding["state"];
  /** Texts that the finding must contain, with the command that fixes it. */
  readonly says: readonly string[];
};
