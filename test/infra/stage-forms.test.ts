import { describe, expect, test } from "@jest/globals";
import { readStages, StageSettingsError } from "../../infra/settings/read-stages.ts";

const bridge = {
  telegram: { botId: "123456" },
  amocrm: { origin: "https://example.amocrm.ru" },
  operatorLanguage: "en",
};
const stage = { region: "eu-central-1", retainData: false, bridges: { main: bridge } };
const certificateArn = `arn:aws:acm:eu-central-1:111122223333:certificate/${"0".repeat(36)}`;
const withBridge = (change: object) => ({
  dev: { ...stage, bridges: { main: { ...bridge, ...change } } },
});

function complaintAbout(data: unknown): string {
  try {
    readStages(data);
  } catch (error) {
    if (error instanceof StageSettingsError) return error.message;
    throw error;
  }
  return "";
}

const integrationId = "7f9a2b1c-0d3e-4f56-8a9b-1c2d3e4f5a6b";
const registration = { serviceName: "Example", email: "ops@example.com", integrationId };

/** What a message tells a person to write. */
const aMainBridge =
  '{ telegram: { botId: "1000000001" }, amocrm: { origin: "https://example.amocrm.ru" }, operatorLanguage: "ru" }';
const aDevStage = `{ region: "eu-central-1", retainData: false, bridges: { main: ${aMainBridge} } }`;

describe("reading stages", () => {
  test.each([
    {
      wrong: "a bot's token in place of its number",
      data: withBridge({ telegram: { botId: "123456:AAtoken" } }),
      sentence:
        'Stage "dev", bridge "main", telegram.botId: expected digits only: the bot\'s number, not its token.',
    },
    {
      wrong: "an unknown language",
      data: withBridge({ operatorLanguage: "de" }),
      sentence:
        'Stage "dev", bridge "main", operatorLanguage: expected "en" or "ru" or "pt" or "es".',
    },
    {
      wrong: "an address without https",
      data: withBridge({ amocrm: { origin: "http://example.amocrm.ru" } }),
      sentence:
        'Stage "dev", bridge "main", amocrm.origin: expected the account\'s own https address such as https://example.amocrm.ru, and nothing after the host.',
    },
    {
      wrong: "an origin with a path",
      data: withBridge({ amocrm: { origin: "https://example.amocrm.ru/leads" } }),
      sentence:
        'Stage "dev", bridge "main", amocrm.origin: expected the account\'s own https address such as https://example.amocrm.ru, and nothing after the host.',
    },
    {
      wrong: "a text for an unknown place",
      data: withBridge({ texts: { ru: { greting: "Привет" } } }),
      sentence:
        'Stage "dev", bridge "main", texts.ru.greting: no text is called so; did you mean "greeting"?',
    },
    {
      wrong: "a text without its placeholder",
      data: withBridge({ texts: { en: { forwarded: "From somebody:" } } }),
      sentence: 'Stage "dev", bridge "main", texts.en.forwarded: expected {name} in it.',
    },
    {
      wrong: "more texts than a function can get",
      data: withBridge({ texts: { ru: { greeting: "я".repeat(1000) } } }),
      sentence:
        'Stage "dev", bridge "main", texts: expected at most 2000 bytes in total; a letter that is not ASCII needs two or more.',
    },
    {
      wrong: "less concurrency than Lambda accepts",
      data: withBridge({ concurrency: { toTelegram: 1 } }),
      sentence:
        'Stage "dev", bridge "main", concurrency.toTelegram: expected a whole number from 2 to 1000.',
    },
    {
      wrong: "a missing group of settings",
      data: withBridge({ amocrm: undefined }),
      sentence:
        'Stage "dev", bridge "main", amocrm: expected settings in braces, such as { origin: "https://example.amocrm.ru" }.',
    },
    {
      wrong: "a misspelt setting",
      data: withBridge({ operatorLangauge: "ru" }),
      sentence:
        'Stage "dev", bridge "main": there is no setting operatorLangauge; did you mean "operatorLanguage"?',
    },
    {
      wrong: "a setting of the stage inside a bridge",
      data: withBridge({ mediaDays: 30 }),
      sentence:
        'Stage "dev", bridge "main": there is no setting mediaDays here; it belongs to the stage.',
    },
    {
      wrong: "a setting of a bridge in the stage",
      data: { dev: { ...stage, handOff: "always" } },
      sentence: 'Stage "dev": there is no setting handOff here; it belongs to a bridge.',
    },
    {
      wrong: "a bridge's name in upper case",
      data: { dev: { ...stage, bridges: { Main: bridge } } },
      sentence:
        'Stage "dev", bridge "Main": expected lower-case letters, digits and hyphens, starting with a letter.',
    },
    {
      wrong: "a stage's name that begins with a digit",
      data: { "1st": stage },
      sentence:
        'Stage "1st": expected lower-case letters, digits and hyphens, starting with a letter.',
    },
    {
      wrong: "amoCRM's account number in quotes",
      data: withBridge({
        amocrm: { ...bridge.amocrm, registration: { ...registration, accountId: "29654321" } },
      }),
      sentence:
        'Stage "dev", bridge "main", amocrm.registration.accountId: expected the account\'s number from amoCRM\'s settings, without quotes.',
    },
    {
      wrong: "an invalid account",
      data: { dev: { ...stage, account: "12345" } },
      sentence: 'Stage "dev", account: expected the twelve digits of an AWS account.',
    },
    {
      wrong: "an invalid region",
      data: { dev: { ...stage, region: "Frankfurt" } },
      sentence:
        'Stage "dev", region: expected an AWS region such as eu-central-1; infra/settings/regions.ts lists all.',
    },
    {
      wrong: "a number of days in quotes",
      data: { dev: { ...stage, mediaDays: "30" } },
      sentence:
        'Stage "dev", mediaDays: expected a whole number of days from 8 to 3650, without quotes.',
    },
    ...[7, 3651, 8.5].map((mediaDays) => ({
      wrong: `files for ${JSON.stringify(mediaDays)} days`,
      data: { dev: { ...stage, mediaDays } },
      sentence: 'Stage "dev", mediaDays: expected a whole number of days from 8 to 3650.',
    })),
    ...[
      "https://amojo.amocrm.ru",
      "AMOJO.amocrm.ru",
      "*",
      "*.",
      "*.ru",
      "192.0.2.1",
      "localhost",
      "a,b",
      "amojo.amocrm.ru:443",
    ].map((host) => ({
      wrong: `${host} for a host`,
      data: withBridge({ mediaAllowedHosts: [host] }),
      sentence:
        'Stage "dev", bridge "main", mediaAllowedHosts.0: expected a host name such as amojo.amocrm.ru or *.amocrm.ru.',
    })),
    {
      wrong: "no host at all",
      data: withBridge({ mediaAllowedHosts: [] }),
      sentence: 'Stage "dev", bridge "main", mediaAllowedHosts: expected at least one host name.',
    },
    {
      wrong: "a number of log days that CloudWatch does not accept",
      data: { dev: { ...stage, logDays: 31 } },
      sentence:
        'Stage "dev", logDays: expected a number of days that CloudWatch accepts: 1, 3, 5, 7, 14, 30, 60, 90, ' +
        "120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653.",
    },
    {
      wrong: "an invalid alarm address",
      data: { dev: { ...stage, alarmEmail: "the operators" } },
      sentence: 'Stage "dev", alarmEmail: expected an e-mail address.',
    },
    {
      wrong: "an unknown level of monitoring",
      data: { dev: { ...stage, monitoring: "some" } },
      sentence: 'Stage "dev", monitoring: expected "none" or "alarms" or "full".',
    },
    {
      wrong: "AWS's key for SNS, with which no alarm would arrive",
      data: { dev: { ...stage, alarmKeyArn: "alias/aws/sns" } },
      sentence:
        'Stage "dev", alarmKeyArn: expected the ARN of a key in KMS, arn:aws:kms:<region>:<account>:key/<id>, not of an alias.',
    },
    {
      wrong: "a budget with cents",
      data: { dev: { ...stage, monthlyBudgetUsd: 9.5 } },
      sentence:
        'Stage "dev", monthlyBudgetUsd: expected a whole number of US dollars from 0 to 1000000.',
    },
    {
      wrong: "a team's name that is invalid in a tag",
      data: { dev: { ...stage, owner: "care & sales" } },
      sentence:
        'Stage "dev", owner: expected the name of a team, at most 64 letters, digits and _ . : / = + @ -.',
    },
    {
      wrong: "the ARN of a permissions boundary",
      data: { dev: { ...stage, permissionsBoundary: "arn:aws:iam::111122223333:policy/limit" } },
      sentence:
        'Stage "dev", permissionsBoundary: expected the name of an IAM policy of the account, not its ARN.',
    },
    {
      wrong: "the former setting of contacts",
      data: withBridge({ amocrm: { ...bridge.amocrm, contacts: "link" } }),
      sentence:
        'Stage "dev", bridge "main", amocrm: there is no setting contacts any more; write newCustomer: { make: "contact" } beside amocrm for "link", or { make: "leave-to-amocrm" }.',
    },
    {
      wrong: "a stage without its pipeline",
      data: withBridge({ newCustomer: { statusId: 58_123_456 } }),
      sentence:
        'Stage "dev", bridge "main", newCustomer.statusId: expected newCustomer.pipelineId beside it.',
    },
    {
      wrong: "a stage of closed leads",
      data: withBridge({ newCustomer: { pipelineId: 7_012_345, statusId: 143 } }),
      sentence: 'Stage "dev", bridge "main", newCustomer.statusId: expected a stage of open leads.',
    },
    {
      wrong: "one responsible user and several",
      data: withBridge({ newCustomer: { responsibleUserId: 5, responsible: ["6"] } }),
      sentence:
        'Stage "dev", bridge "main", newCustomer.responsible: expected either this or newCustomer.responsibleUserId.',
    },
    {
      wrong: "an unknown way to make customers",
      data: withBridge({ newCustomer: { make: "company" } }),
      sentence:
        'Stage "dev", bridge "main", newCustomer.make: expected "lead" or "contact" or "leave-to-amocrm".',
    },
    ...["https://b.example.com", "*.example.com", "192.0.2.1", "B.example.com", "host"].map(
      (host) => ({
        wrong: `${host} for the bridge's own host`,
        data: withBridge({ domain: { host, certificateArn } }),
        sentence:
          'Stage "dev", bridge "main", domain.host: expected one host name such as bridge.example.com, without scheme, IP address or *.',
      }),
    ),
    ...["b.localhost", "b.internal", "b.execute-api.eu-central-1.amazonaws.com", "b.amocrm.ru"].map(
      (host) => ({
        wrong: `${host}, which is not public or not the team's,`,
        data: withBridge({ domain: { host, certificateArn } }),
        sentence:
          'Stage "dev", bridge "main", domain.host: expected a public host of your own such as bridge.example.com, not one of AWS, amoCRM or Telegram, and not a private name.',
      }),
    ),
    {
      wrong: "a host without a certificate",
      data: withBridge({ domain: { host: "bridge.example.com", certificateArn: "" } }),
      sentence:
        'Stage "dev", bridge "main", domain.certificateArn: expected the ARN of a certificate in ACM, arn:aws:acm:<region>:<account>:certificate/<id>.',
    },
    {
      wrong: "no answer whether data stays",
      data: { dev: { ...stage, retainData: undefined } },
      sentence: 'Stage "dev", retainData: expected true or false.',
    },
    {
      wrong: "a truth value in quotes",
      data: { dev: { ...stage, protect: "true" } },
      sentence: 'Stage "dev", protect: expected true or false, without quotes.',
    },
    {
      wrong: "one bot in two bridges",
      data: { dev: stage, test: stage },
      sentence:
        'Stage "test", bridge "main", telegram.botId: expected a separate bot, this one belongs to bridge "main" of stage "dev".',
    },
    {
      wrong: "a list of stages",
      data: [],
      sentence: `Stages: expected stages by name, such as { dev: ${aDevStage} }.`,
    },
    {
      wrong: "no stage at all",
      data: {},
      sentence: `Stages: expected at least one stage, such as { dev: ${aDevStage} }.`,
    },
    {
      wrong: "a stage without a bridge",
      data: { dev: { ...stage, bridges: {} } },
      sentence: `Stage "dev", bridges: expected at least one bridge, such as { main: ${aMainBridge} }.`,
    },
  ])("$wrong is refused in one sentence", ({ data, sentence }) => {
    expect(complaintAbout(data)).toBe(sentence);
  });
});
