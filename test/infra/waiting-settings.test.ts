import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { deliverySenderEnvironment } from "../../lambdas/compose/environment.ts";
import { readStages, StageSettingsError } from "../../infra/settings/read-stages.ts";
import { aBridge, aStage, findResource, templateOf } from "./synthesize.ts";

const week = { mon: ["09:00-13:00", "14:00-18:00"] };
const hours = { timeZone: "Europe/Moscow", week };
const rule = { afterWorkingMinutes: 15, as: "task" };
const stageWith = (changes: object) => ({
  dev: {
    region: "eu-central-1",
    retainData: false,
    bridges: {
      main: {
        telegram: { botId: "1" },
        amocrm: { origin: "https://example.amocrm.ru" },
        operatorLanguage: "en",
        ...changes,
      },
    },
  },
});

function answerTo(changes: object): string {
  try {
    readStages(stageWith(changes));
    return "";
  } catch (error) {
    if (error instanceof StageSettingsError) return error.message;
    throw error;
  }
}

describe("working hours", () => {
  test.each([
    { of: "a break and a holiday", workingHours: { ...hours, holidays: ["2027-01-01"] } },
    { of: "a zone by its old name", workingHours: { ...hours, timeZone: "Asia/Calcutta" } },
    { of: "UTC", workingHours: { ...hours, timeZone: "UTC" } },
    {
      of: "a night in two parts, in any order",
      workingHours: { ...hours, week: { fri: ["22:00-24:00", "00:00-06:00"] } },
    },
  ])("with $of are valid", ({ workingHours }) => {
    expect(answerTo({ workingHours })).toBe("");
  });

  test.each([
    {
      fault: "an unknown zone",
      workingHours: { ...hours, timeZone: "Europe/Moskow" },
      answer:
        'workingHours.timeZone: expected the name of a time zone such as Europe/Moscow; did you mean "Europe/Moscow"?',
    },
    {
      fault: "an offset in place of a zone",
      workingHours: { ...hours, timeZone: "+03:00" },
      answer: "workingHours.timeZone: expected the name of a time zone such as Europe/Moscow.",
    },
    {
      fault: "hours that overlap",
      workingHours: { ...hours, week: { mon: ["09:00-13:00", "12:00-18:00"] } },
      answer: "workingHours.week.mon: expected hours that do not overlap.",
    },
    {
      fault: "hours over midnight",
      workingHours: { ...hours, week: { mon: ["22:00-06:00"] } },
      answer:
        "workingHours.week.mon.0: expected an end after the beginning; write hours over midnight as two parts, up to 24:00 and on the next day from 00:00.",
    },
    {
      fault: "hours after the end of the day",
      workingHours: { ...hours, week: { mon: ["09:00-24:30"] } },
      answer: "workingHours.week.mon.0: expected hours such as 09:00-18:00, from 00:00 to 24:00.",
    },
    {
      fault: "no open day",
      workingHours: { ...hours, week: { mon: [] } },
      answer: "workingHours.week: expected hours on at least one day.",
    },
    {
      fault: "a day that does not exist",
      workingHours: { ...hours, holidays: ["2027-02-30"] },
      answer: "workingHours.holidays.0: expected a date such as 2027-01-01.",
    },
    {
      fault: "more than fits the sender's variables",
      workingHours: {
        ...hours,
        holidays: Array.from({ length: 130 }, (_, day) =>
          new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10),
        ),
      },
      answer: "workingHours: expected texts and workingHours of at most 2000 bytes in total.",
    },
  ])("with $fault are refused with a sentence", ({ workingHours, answer }) => {
    expect(answerTo({ workingHours })).toContain(`Stage "dev", bridge "main", ${answer}`);
  });
});

describe("the settings for unanswered customers and for the end of talks", () => {
  const leave = { newCustomer: { make: "leave-to-amocrm" } };
  test.each([
    {
      fault: "an end of talks where operators always answer",
      changes: { closeTalks: {} },
      answer: 'closeTalks: expected handOff "on-request" with it',
    },
    {
      fault: "an end of talks without amoCRM's main API",
      changes: { closeTalks: {}, handOff: "on-request", ...leave },
      answer: 'closeTalks: expected newCustomer.make "lead" or "contact" with it',
    },
    {
      fault: "tasks without amoCRM's main API",
      changes: { unanswered: rule, ...leave },
      answer: 'unanswered: expected newCustomer.make "lead" or "contact" with it',
    },
    {
      fault: "no time at all",
      changes: { unanswered: { ...rule, afterWorkingMinutes: 0 } },
      answer: "unanswered.afterWorkingMinutes: expected a whole number of minutes from 1 to 10080",
    },
  ])("$fault is refused with a sentence", ({ changes, answer }) => {
    expect(answerTo(changes)).toContain(`Stage "dev", bridge "main", ${answer}`);
  });
});

describe("the sender and the caretaker of a stage", () => {
  const variablesOf = (changes: object, id: string) => {
    const template = templateOf({ ...aStage, bridges: { main: { ...aBridge, ...changes } } });
    const [, { Properties }] = findResource(template, "AWS::Lambda::Function", id);
    return (Properties["Environment"] as { Variables: Record<string, string> }).Variables;
  };

  test("get the settings as the sender reads them, with their defaults", () => {
    const changes = {
      handOff: "on-request",
      workingHours: hours,
      unanswered: rule,
      closeTalks: {},
    } as const;
    const variables = variablesOf(changes, "DeliverySenderFunction");
    const { shape } = deliverySenderEnvironment;

    expect(z.parse(shape.WORKING_HOURS, variables["WORKING_HOURS"])).toMatchObject({
      timeZone: "Europe/Moscow",
      givesNotice: true,
      week: { mon: [{ fromMinute: 540, untilMinute: 780 }, { fromMinute: 840 }], tue: [] },
    });
    expect(z.parse(shape.UNANSWERED, variables["UNANSWERED"])).toEqual({
      afterWorkingMinutes: 15,
      as: "task",
      tellsCustomer: false,
    });
    expect(z.parse(shape.CLOSE_TALKS, variables["CLOSE_TALKS"])).toEqual({
      isForced: true,
    });
    expect(variablesOf(changes, "CaretakerFunction")["FINDS_UNANSWERED"]).toBe("yes");
  });

  test("get empty variables, and the caretaker no right, where nothing is set", () => {
    expect(variablesOf({}, "DeliverySenderFunction")).toMatchObject({
      WORKING_HOURS: "",
      UNANSWERED: "",
      CLOSE_TALKS: "",
    });
    expect(variablesOf({}, "CaretakerFunction")["FINDS_UNANSWERED"]).toBe("no");
    const rights = JSON.stringify(templateOf(aStage).findResources("AWS::IAM::Policy"));
    expect(rights).not.toContain("wait:*");
  });
});
