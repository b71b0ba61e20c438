import { describe, expect, test } from "@jest/globals";
import { laptopStages } from "../../infra/laptop.ts";
import { readStages, StageSettingsError } from "../../infra/settings/read-stages.ts";
import { stages } from "../../infra/stages.ts";

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

describe("the shipped stages", () => {
  test("are valid", () => {
    expect(Object.keys(readStages(stages))).not.toHaveLength(0);
    expect(Object.keys(readStages(laptopStages))).toEqual(["laptop", "laptop-on-request"]);
  });

  test("show in prod all settings of a stage with customers", () => {
    expect(readStages(stages)["prod"]).toMatchObject({
      retainData: true,
      alarmEmail: "bridge-alarms@example.com",
      logDays: 90,
      bridges: {
        main: {
          domain: { host: "bridge.example.com", hostedZone: { name: "example.com" } },
          mediaDomain: { host: "files.bridge.example.com" },
        },
      },
    });
  });
});

describe("reading stages", () => {
  test("omitted settings have defaults", () => {
    expect(readStages({ dev: stage })["dev"]?.bridges["main"]).toEqual({
      ...bridge,
      reassureCustomers: false,
      newCustomer: {
        make: "lead",
        tags: [],
        sources: [],
        leadName: "Telegram: {name}",
        checkLeadAfterHours: 12,
      },
      contactFields: {},
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
      concurrency: { toAmocrm: 5, toTelegram: 6 },
      handOff: "always",
      askPhone: "never",
      texts: {},
    });
  });

  test("files stay for a year by default", () => {
    const days = (given: object) => readStages({ dev: { ...stage, ...given } })["dev"]?.mediaDays;

    expect([{}, { mediaDays: 8 }, { mediaDays: 3650 }].map(days)).toEqual([365, 8, 3650]);
  });

  test("logs stay for 90 days with retained data, for 30 without, or for the given days", () => {
    const domain = { host: "b.example.com", certificateArn };
    const bridges = { main: { ...bridge, domain } };
    const days = (given: object) =>
      readStages({ dev: { ...stage, alarmEmail: "a@example.com", bridges, ...given } })["dev"]
        ?.logDays;

    expect([{}, { retainData: true }, { retainData: true, logDays: 365 }].map(days)).toEqual([
      30, 90, 365,
    ]);
  });

  test("the concurrency of one direction can be given alone", () => {
    const read = readStages(withBridge({ concurrency: { toAmocrm: 20 } }));

    expect(read["dev"]?.bridges["main"]?.concurrency).toEqual({ toAmocrm: 20, toTelegram: 6 });
  });

  test("all problems are reported together", () => {
    const complaint = complaintAbout({
      dev: { ...stage, region: "" },
      prod: { ...stage, bridges: { main: { ...bridge, telegram: { botId: "" } } } },
    });

    expect(complaint.split("\n")).toEqual([
      expect.stringContaining('Stage "dev", region'),
      expect.stringContaining('Stage "prod", bridge "main", telegram.botId'),
    ]);
  });

  test("no value is printed, because it may be a secret in the wrong place", () => {
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
