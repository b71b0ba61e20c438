import { describe, expect, test } from "@jest/globals";
import { laptopStages } from "../../infra/laptop.ts";
import { readStages, stages, StageSettingsError } from "../../infra/stages.ts";

const bridge = {
  telegram: { botId: "123456" },
  amocrm: { origin: "https://example.amocrm.ru" },
  operatorLanguage: "en",
};
const stage = { region: "eu-central-1", retainData: false, bridges: { main: bridge } };
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

describe("the shipped stages", () => {
  test("are valid", () => {
    expect(Object.keys(readStages(stages))).not.toHaveLength(0);
    expect(Object.keys(readStages(laptopStages))).toEqual(["laptop", "laptop-on-request"]);
  });

  test("keep the data of prod", () => {
    expect(readStages(stages)["prod"]?.retainData).toBe(true);
  });
});

describe("reading stages", () => {
  test("what is not said has a default", () => {
    expect(readStages({ dev: stage })["dev"]?.bridges["main"]).toEqual({
      ...bridge,
      reassureCustomers: false,
      mediaAllowedHosts: [
        "amojo.amocrm.ru",
        "amojo.amocrm.com",
        "amojo.kommo.com",
        "*.amocrm.ru",
        "*.amocrm.com",
        "*.kommo.com",
      ],
      telegram: { botId: "123456", apiRoot: "https://api.telegram.org" },
      amocrm: {
        amojoOrigin: "https://amojo.amocrm.ru",
        origin: "https://example.amocrm.ru",
      },
      concurrency: { toAmocrm: 5, toTelegram: 5 },
      handOff: "always",
      askPhone: "never",
      texts: {},
    });
  });

  test("files are kept for a year unless the stage says otherwise", () => {
    const days = (given: object) => readStages({ dev: { ...stage, ...given } })["dev"]?.mediaDays;

    expect([{}, { mediaDays: 1 }, { mediaDays: 3650 }].map(days)).toEqual([365, 1, 3650]);
  });

  test("one direction's concurrency can be given alone", () => {
    const read = readStages(withBridge({ concurrency: { toAmocrm: 20 } }));

    expect(read["dev"]?.bridges["main"]?.concurrency).toEqual({ toAmocrm: 20, toTelegram: 5 });
  });

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
      sentence: 'Stage "dev", bridge "main", operatorLanguage: expected "en" or "ru".',
    },
    {
      wrong: "an address without https",
      data: withBridge({ amocrm: { origin: "http://example.amocrm.ru" } }),
      sentence:
        'Stage "dev", bridge "main", amocrm.origin: expected an https address such as https://example.amocrm.ru.',
    },
    {
      wrong: "an origin with a path",
      data: withBridge({ amocrm: { origin: "https://example.amocrm.ru/leads" } }),
      sentence:
        'Stage "dev", bridge "main", amocrm.origin: expected an https address such as https://example.amocrm.ru.',
    },
    {
      wrong: "words for no text",
      data: withBridge({ texts: { ru: { greting: "Привет" } } }),
      sentence: 'Stage "dev", bridge "main", texts.ru.greting: no text is called so.',
    },
    {
      wrong: "words that leave out what is filled in",
      data: withBridge({ texts: { en: { forwarded: "From somebody:" } } }),
      sentence: 'Stage "dev", bridge "main", texts.en.forwarded: expected {name} in it.',
    },
    {
      wrong: "more words than a function can be given",
      data: withBridge({ texts: { en: { greeting: "a".repeat(1500) } } }),
      sentence: 'Stage "dev", bridge "main", texts: expected at most 1500 characters in all.',
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
      sentence: 'Stage "dev", bridge "main", amocrm: expected object, received undefined.',
    },
    {
      wrong: "a misspelt setting",
      data: withBridge({ operatorLangauge: "ru" }),
      sentence: 'Stage "dev", bridge "main": no setting is called operatorLangauge.',
    },
    {
      wrong: "a bridge's name in upper case",
      data: { dev: { ...stage, bridges: { Main: bridge } } },
      sentence:
        'Stage "dev", bridge "Main": expected lower-case letters, digits and hyphens, a letter first.',
    },
    {
      wrong: "a stage's name that begins with a digit",
      data: { "1st": stage },
      sentence: 'Stage "1st": expected lower-case letters, digits and hyphens, a letter first.',
    },
    {
      wrong: "an account that is none",
      data: { dev: { ...stage, account: "12345" } },
      sentence: 'Stage "dev", account: expected the twelve digits of an AWS account.',
    },
    {
      wrong: "a region that is none",
      data: { dev: { ...stage, region: "Frankfurt" } },
      sentence: 'Stage "dev", region: expected an AWS region such as eu-central-1.',
    },
    ...[0, 3651, 1.5, "30"].map((mediaDays) => ({
      wrong: `files for ${JSON.stringify(mediaDays)} days`,
      data: { dev: { ...stage, mediaDays } },
      sentence: 'Stage "dev", mediaDays: expected a whole number of days from 1 to 3650.',
    })),
    ...["https://amojo.amocrm.ru", "AMOJO.amocrm.ru", "*", "*.", "a,b", "amojo.amocrm.ru:443"].map(
      (host) => ({
        wrong: `${host} for a host`,
        data: withBridge({ mediaAllowedHosts: [host] }),
        sentence:
          'Stage "dev", bridge "main", mediaAllowedHosts.0: expected a host name such as amojo.amocrm.ru or *.amocrm.ru.',
      }),
    ),
    {
      wrong: "no host at all",
      data: withBridge({ mediaAllowedHosts: [] }),
      sentence: 'Stage "dev", bridge "main", mediaAllowedHosts: expected at least one host name.',
    },
    {
      wrong: "no word on keeping data",
      data: { dev: { ...stage, retainData: undefined } },
      sentence: 'Stage "dev", retainData: expected true or false.',
    },
    {
      wrong: "one bot in two bridges",
      data: { dev: stage, prod: stage },
      sentence:
        'Stage "prod", bridge "main", telegram.botId: expected a bot of its own, this one serves bridge "main" of stage "dev".',
    },
    { wrong: "no stages at all", data: [], sentence: "Stages: expected stages by name." },
  ])("$wrong is refused in one sentence", ({ data, sentence }) => {
    expect(complaintAbout(data)).toBe(sentence);
  });

  test("all problems are named at once", () => {
    const complaint = complaintAbout({
      dev: { ...stage, region: "" },
      prod: { ...stage, bridges: { main: { ...bridge, telegram: { botId: "" } } } },
    });

    expect(complaint.split("\n")).toEqual([
      expect.stringContaining('Stage "dev", region'),
      expect.stringContaining('Stage "prod", bridge "main", telegram.botId'),
    ]);
  });

  test("no value is repeated, since it may be a secret in the wrong place", () => {
    const token = "123456:AAsecret";

    const complaint = complaintAbout(
      withBridge({
        telegram: { botId: token, apiRoot: token },
        amocrm: { origin: token, amojoOrigin: token },
        operatorLanguage: token,
      }),
    );

    expect(complaint.split("\n")).toHaveLength(5);
    expect(complaint).not.toContain("secret");
  });
});
