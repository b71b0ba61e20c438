import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../local/settings.ts";

describe("the laptop run's settings for files", () => {
  test.each([{}, { MEDIA_PORT: "", MEDIA_BASE_URL: "", MEDIA_ALLOWED_HOSTS: "" }])(
    "have their own values by default: %j",
    (environment) => {
      expect(readSettings(environment).media).toEqual({
        port: 0,
        baseUrl: undefined,
        allowedHosts: undefined,
      });
    },
  );

  test("can be set by environment variables", () => {
    const settings = readSettings({
      MEDIA_PORT: "9000",
      MEDIA_BASE_URL: "https://files.example/of-mine/",
      MEDIA_ALLOWED_HOSTS: "127.0.0.1:8081,*.amocrm.ru",
    });

    expect(settings.media).toEqual({
      port: 9000,
      baseUrl: "https://files.example/of-mine",
      allowedHosts: ["127.0.0.1:8081", "*.amocrm.ru"],
    });
  });

  test.each([
    { MEDIA_PORT: "65536" },
    { MEDIA_BASE_URL: "http://files.example" },
    { MEDIA_ALLOWED_HOSTS: "https://amojo.amocrm.ru" },
  ])("are refused by name: %j", (environment) => {
    const [name = ""] = Object.keys(environment);

    expect(() => readSettings(environment)).toThrow(`${name}`);
  });
});

describe("who answers on the laptop", () => {
  test.each([
    { given: {}, handOff: "always" },
    { given: { HAND_OFF: "" }, handOff: "always" },
    { given: { HAND_OFF: "on-request" }, handOff: "on-request" },
  ])("with $given: operators do $handOff", ({ given, handOff }) => {
    expect(readSettings(given).handOff).toBe(handOff);
  });

  test("refuses any other value and names the expected ones", () => {
    expect(() => readSettings({ HAND_OFF: "yes" })).toThrow(
      'HAND_OFF: expected "always" or "on-request"',
    );
  });
});

describe("when the laptop asks customers for their number", () => {
  test.each([
    { given: {}, askPhone: "never" },
    { given: { ASK_PHONE: "at-start" }, askPhone: "at-start" },
    { given: { ASK_PHONE: "when-called" }, askPhone: "when-called" },
  ])("with $given: $askPhone", ({ given, askPhone }) => {
    expect(readSettings(given).askPhone).toBe(askPhone);
  });

  test("refuses any other value and names the expected ones", () => {
    expect(() => readSettings({ ASK_PHONE: "often" })).toThrow(
      'ASK_PHONE: expected "never", "at-start" or "when-called"',
    );
  });
});

describe("hours, waits and the end of talks on the laptop", () => {
  test("are not set at first", () => {
    const { workingHours, unanswered, closeTalks } = readSettings({});

    expect([workingHours, unanswered, closeTalks]).toEqual([undefined, undefined, undefined]);
  });

  test("have the form of infra/stages.ts, with its defaults", () => {
    const settings = readSettings({
      WORKING_HOURS: '{"timeZone": "Europe/Moscow", "week": {"mon": ["09:00-18:00"]}}',
      UNANSWERED: '{"afterWorkingMinutes": 15, "as": "note"}',
      CLOSE_TALKS: "survey",
    });

    expect(settings.workingHours).toMatchObject({ holidays: [], notice: true });
    expect(settings.unanswered).toMatchObject({ as: "note", tellCustomer: false });
    expect(settings.closeTalks).toEqual({ forceClose: false });
  });

  test.each([
    { given: { UNANSWERED: "15" }, answer: "UNANSWERED: " },
    { given: { WORKING_HOURS: "mon-fri" }, answer: "WORKING_HOURS: expected JSON such as" },
    { given: { CLOSE_TALKS: "yes" }, answer: 'CLOSE_TALKS: expected "force" or "survey"' },
  ])("refuse $given and say what is expected", ({ given, answer }) => {
    expect(() => readSettings(given)).toThrow(answer);
  });
});
