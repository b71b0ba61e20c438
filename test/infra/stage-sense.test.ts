import { describe, expect, test } from "@jest/globals";
import { readStages, StageSettingsError } from "../../infra/settings/read-stages.ts";

const account = "111122223333";
const certificateIn = (region: string, owner = account) =>
  `arn:aws:acm:${region}:${owner}:certificate/00000000-0000-0000-0000-000000000000`;
const domain = { host: "b.example.com", certificateArn: certificateIn("eu-central-1") };
const bridge = {
  telegram: { botId: "1" },
  amocrm: { origin: "https://example.amocrm.ru" },
  operatorLanguage: "en",
  domain,
};
const stage = {
  account,
  region: "eu-central-1",
  retainData: true,
  alarmEmail: "alarms@example.com",
  bridges: { main: bridge },
};
const { domain: _domain, ...withoutDomain } = bridge;
const { account: _account, ...withoutAccount } = stage;
const { alarmEmail: _email, ...withoutEmail } = stage;
const withBridge = (change: object) => ({ ...stage, bridges: { main: { ...bridge, ...change } } });
/** Another bridge without shared values with `main`. */
const second = {
  ...bridge,
  telegram: { botId: "2" },
  domain: { ...domain, host: "c.example.com" },
};
const bot = { id: "7f00", name: "Bot" };
const media = { host: "f.example.com", certificateArn: certificateIn("us-east-1") };

function complaintAbout(data: unknown): string {
  try {
    readStages(data);
  } catch (error) {
    if (error instanceof StageSettingsError) return error.message;
    throw error;
  }
  return "";
}

describe("valid stages:", () => {
  test.each([
    { of: "a stage with customers", data: { prod: stage } },
    {
      of: "a stage for tests",
      data: { dev: { ...stage, retainData: false, bridges: { main: withoutDomain } } },
    },
    { of: "a second bridge", data: { prod: { ...stage, bridges: { main: bridge, second } } } },
    { of: "its own host for files", data: { prod: withBridge({ mediaDomain: media }) } },
    {
      of: "a host that equals its zone",
      data: {
        prod: withBridge({
          domain: { ...domain, hostedZone: { id: "Z1", name: "b.example.com" } },
        }),
      },
    },
    {
      of: "a certificate without a given account",
      data: { live: withoutAccount },
    },
    { of: "a protected stage", data: { prod: { ...stage, protect: true } } },
  ])("$of", ({ data }) => {
    expect(complaintAbout(data)).toBe("");
  });
});

describe("a stage with customers", () => {
  test.each(["prod", "production", "prod-eu"])("called %s must retain its data", (name) => {
    expect(complaintAbout({ [name]: { ...stage, retainData: false } })).toBe(
      `Stage "${name}", retainData: expected true: a stage with this name has customers, and their data must stay.`,
    );
  });

  test.each(["produce", "preprod"])("is not recognized by the name %s", (name) => {
    expect(complaintAbout({ [name]: { ...stage, retainData: false } })).toBe("");
  });

  test.each([
    { name: "live", retainData: true },
    { name: "prod", retainData: true },
  ])("needs an alarm address: $name", ({ name, retainData }) => {
    expect(complaintAbout({ [name]: { ...withoutEmail, retainData } })).toBe(
      `Stage "${name}", alarmEmail: expected an e-mail address: this stage has customers, and a person must get its alarms.`,
    );
  });

  test("is the only kind that can be protected", () => {
    expect(complaintAbout({ dev: { ...stage, retainData: false, protect: true } })).toBe(
      'Stage "dev", protect: expected false: this stage retains no data; set both retainData and protect, or neither.',
    );
  });

  test("needs its own host for every bridge", () => {
    const third = { ...withoutDomain, telegram: { botId: "3" } };

    expect(complaintAbout({ live: { ...stage, bridges: { main: bridge, third } } })).toBe(
      'Stage "live", bridge "third", domain: expected your own host: this stage has customers, and amoCRM support takes days to change a hook\'s address.',
    );
  });
});

describe("refused in one sentence:", () => {
  test.each([
    {
      wrong: "a certificate of another region",
      data: { live: withBridge({ domain: { ...domain, certificateArn: media.certificateArn } }) },
      sentence:
        'Stage "live", bridge "main", domain.certificateArn: expected a certificate in the stage\'s region.',
    },
    {
      wrong: "a certificate of another account",
      data: {
        live: withBridge({
          domain: { ...domain, certificateArn: certificateIn("eu-central-1", "444455556666") },
        }),
      },
      sentence:
        'Stage "live", bridge "main", domain.certificateArn: expected a certificate in the stage\'s account.',
    },
    {
      wrong: "a zone that does not contain the host",
      data: {
        live: withBridge({ domain: { ...domain, hostedZone: { id: "Z1", name: "ample.com" } } }),
      },
      sentence:
        'Stage "live", bridge "main", domain.hostedZone.name: expected the zone that contains the host.',
    },
    {
      wrong: "a certificate that CloudFront cannot use",
      data: {
        live: withBridge({ mediaDomain: { ...media, certificateArn: domain.certificateArn } }),
      },
      sentence:
        'Stage "live", bridge "main", mediaDomain.certificateArn: expected a certificate in us-east-1, which CloudFront needs.',
    },
    {
      wrong: "a certificate for files of another account",
      data: {
        live: withBridge({
          mediaDomain: { ...media, certificateArn: certificateIn("us-east-1", "444455556666") },
        }),
      },
      sentence:
        'Stage "live", bridge "main", mediaDomain.certificateArn: expected a certificate in the stage\'s account.',
    },
    {
      wrong: "one host for webhooks and files",
      data: { live: withBridge({ mediaDomain: { ...media, host: domain.host } }) },
      sentence:
        'Stage "live", bridge "main", mediaDomain.host: expected a separate host, this one belongs to bridge "main" of stage "live".',
    },
    {
      wrong: "one host in two stages",
      data: {
        live: stage,
        test: { ...stage, bridges: { main: { ...bridge, telegram: { botId: "2" } } } },
      },
      sentence:
        'Stage "test", bridge "main", domain.host: expected a separate host, this one belongs to bridge "main" of stage "live".',
    },
    {
      wrong: "one channel in two bridges",
      data: {
        live: {
          ...stage,
          bridges: {
            main: { ...bridge, amocrm: { ...bridge.amocrm, bot } },
            second: { ...second, amocrm: { ...bridge.amocrm, bot } },
          },
        },
      },
      sentence:
        'Stage "live", bridge "second", amocrm.bot.id: expected the bot of a separate channel, this one belongs to bridge "main" of stage "live".',
    },
    {
      wrong: "a key for the alarms of another region",
      data: {
        live: { ...stage, alarmKeyArn: `arn:aws:kms:us-east-1:${account}:key/${"0".repeat(36)}` },
      },
      sentence: 'Stage "live", alarmKeyArn: expected a key in the stage\'s region.',
    },
    {
      wrong: "senders that leave the webhooks no concurrency",
      data: { live: { ...stage, lambdaQuota: 10 } },
      sentence:
        'Stage "live", bridges: expected concurrency of at most 9 in total, so that a tenth of lambdaQuota stays free for the webhooks.',
    },
    {
      wrong: "two bridges that together leave the webhooks no concurrency",
      data: {
        live: {
          ...stage,
          bridges: {
            main: { ...bridge, concurrency: { toAmocrm: 400, toTelegram: 100 } },
            second: { ...second, concurrency: { toAmocrm: 400, toTelegram: 2 } },
          },
        },
      },
      sentence:
        'Stage "live", bridges: expected concurrency of at most 900 in total, so that a tenth of lambdaQuota stays free for the webhooks.',
    },
  ])("$wrong", ({ data, sentence }) => {
    expect(complaintAbout(data)).toBe(sentence);
  });
});
