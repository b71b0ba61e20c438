import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { atRiskSection, runbookAnchor } from "../../infra/monitoring/alarms.ts";
import { objective } from "../../infra/monitoring/objective.ts";
import { metrics } from "../../lambdas/model/metrics.ts";
import {
  aMonitoredStage,
  aRetainedStage,
  findResource,
  resourcesOf,
  templateOf,
} from "./synthesize.ts";

type Query = {
  Expression?: string;
  MetricStat?: {
    Period: number;
    Metric: { Namespace: string; MetricName: string; Dimensions?: unknown };
  };
};
type Alarm = {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
  Threshold: number;
  TreatMissingData: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: unknown;
  Metrics?: Query[];
};

const template = templateOf(aMonitoredStage);
const namespace = "test-main-telegram-bridge";
const runbook = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");
const [, alarmSections = ""] = /\n## Alarms\n([\s\S]*?)\n## /.exec(runbook) ?? [];
const sections = alarmSections.split(/^### /m).slice(1);
const headings = sections.map((section) => section.split("\n", 1)[0] ?? "");
/** The alarms for people. The alarms of a roll-out are for CodeDeploy and need no section. */
const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm")
  .filter(([id]) => id.startsWith("Monitoring"))
  .map(([id, { Properties }]) => ({ id, ...(Properties as unknown as Alarm) }));
const composites = resourcesOf(template, "AWS::CloudWatch::CompositeAlarm").map(
  ([id, { Properties }]) => ({ id, ...(Properties as unknown as Alarm & { AlarmRule: unknown }) }),
);
/** Alarms that call a person. The others are the windows of a burn rate. */
const calling = [...alarms, ...composites].filter(({ AlarmActions }) => AlarmActions !== undefined);
const ruleOf = (name: string) =>
  JSON.stringify(composites.find((each) => nameOf(each) === name)?.AlarmRule);
const nameOf = ({ AlarmName }: Alarm) => AlarmName.replace(`${namespace}-`, "");
const metricsOf = (alarm: Alarm) => [
  ...(alarm.MetricName === undefined ? [] : [alarm]),
  ...(alarm.Metrics ?? []).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : [])),
];
/** The metrics as `source name`. The dimension of a metric line gives the source; metrics from log lines have none. */
const written = Object.entries(metrics).flatMap(([source, names]) =>
  Object.keys(names).map((name) => `${/sender|caretaker/.test(source) ? source : "line"} ${name}`),
);
const sourceOf = (dimensions: unknown) =>
  /"service"[^}]*"(sender|caretaker)"/.exec(JSON.stringify(dimensions ?? []))?.[1] ?? "line";

describe("every alarm", () => {
  test("describes its impact and links to its section, and every section has an alarm", () => {
    const described = calling.map(({ AlarmDescription }) => AlarmDescription);

    expect(described).toHaveLength(headings.length);
    for (const heading of headings) {
      expect(described.filter((text) => text.endsWith(` ${runbookAnchor(heading)}`))).toHaveLength(
        1,
      );
    }
    for (const text of described) expect(text).toMatch(/^[A-Z][^\n]{20,}\. What to do: docs\//);
  });

  test.each(sections.map((section) => [section.split("\n", 1)[0], section]))(
    "section %j has its meaning, its impact, how to check, how to fix, and when it is over",
    (_, section) => {
      for (const part of ["Severity", "Means", "Impact", "See", "Fix", "Over"]) {
        expect(section).toMatch(new RegExp(`\\*\\*${part}\\*\\*`, "i"));
      }
    },
  );

  test("links to fixes that exist", () => {
    const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      runbookAnchor(String(heading)).replace("docs/runbook.md", ""),
    );

    const links = [...runbook.matchAll(/\]\((#[^)]+)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(anchors).toContain(link);
  });

  test("notifies the topic of its severity, which its section names, when it starts and when it ends", () => {
    const topics = { urgent: "MonitoringTopicsUrgent", "next day": "MonitoringTopicsNextDay" };
    const arnOf = new Map(
      Object.entries(topics).map(([severity, id]) => [
        severity,
        { Ref: findResource(template, "AWS::SNS::Topic", id)[0] },
      ]),
    );

    for (const { AlarmActions, OKActions, AlarmDescription } of calling) {
      const section = sections.find((each) =>
        AlarmDescription.endsWith(` ${runbookAnchor(each.split("\n", 1)[0] ?? "")}`),
      );
      const [, severity = ""] = /\*\*Severity\*\* ([a-z ]+)\./.exec(section ?? "") ?? [];

      expect([section, AlarmActions, OKActions]).toEqual([
        section,
        [arnOf.get(severity)],
        [arnOf.get(severity)],
      ]);
    }
    expect(alarms.filter(({ AlarmActions }) => AlarmActions === undefined).map(nameOf)).toEqual(
      ["burn-rate-fast", "burn-rate-slow"].flatMap((id) => [`${id}-long`, `${id}-short`]),
    );
  });

  test("on unfinished searches also covers the search that runs once an hour", () => {
    const alarm = alarms.find((each) => nameOf(each) === "reconcile-unfinished");
    const { EvaluationPeriods, DatapointsToAlarm } = alarm as unknown as Record<string, number>;
    const [, seconds] = /"Period":(\d+)/.exec(JSON.stringify(alarm)) ?? [];
    const hours = (Number(seconds) * Number(EvaluationPeriods)) / 3600;

    expect(hours).toBeGreaterThanOrEqual(Number(DatapointsToAlarm));
  });

  test("defines missing data: as trouble, when data must always come", () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === "breaching");

    expect(breaching.map(nameOf)).toEqual(["caretaker-not-running"]);
    expect(new Set(alarms.map(({ TreatMissingData }) => TreatMissingData))).toEqual(
      new Set(["breaching", "notBreaching"]),
    );
  });

  test("on a custom metric uses a metric that the code writes", () => {
    const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === namespace);

    expect(own.length).toBeGreaterThan(15);
    for (const { MetricName, Dimensions } of own) {
      expect(written).toContain(`${sourceOf(Dimensions)} ${MetricName}`);
    }
  });

  test("belongs to this bridge only", () => {
    for (const { Namespace, Dimensions } of alarms.flatMap(metricsOf)) {
      if (Namespace === namespace) continue;
      expect(JSON.stringify(Dimensions)).toMatch(/"Ref"|"Fn::GetAtt"/);
    }
  });
});

describe("messages at risk", () => {
  test("starts exactly with the alarms after which messages may be lost or unseen", () => {
    const rule = ruleOf("messages-at-risk");
    const included = [...alarms, ...composites].filter(({ id }) => rule.includes(`"${id}"`));
    const urgent = calling.filter(({ AlarmActions }) =>
      JSON.stringify(AlarmActions).includes("MonitoringTopicsUrgent"),
    );
    const composite = composites.find((each) => nameOf(each) === "messages-at-risk");

    expect(composite?.AlarmDescription).toContain(runbookAnchor(atRiskSection));
    expect(urgent.map(nameOf).toSorted()).toEqual(
      [...included.map(nameOf), "messages-at-risk"].toSorted(),
    );
    expect(included.map(nameOf).toSorted()).toEqual([
      "amocrm-unauthorized",
      "amocrm-webhook-errors",
      "body-not-stored",
      "burn-rate-fast",
      "caretaker-not-running",
      "check-fails",
      "dead-letters",
      "ingest-throttled",
      "lost-hooks-found",
      "media-not-served",
      "reconcile-blind",
      "reconcile-stopped",
      "secret-token-refused",
      "signature-refused",
      "spool-in-use",
      "telegram-backlog",
      "telegram-conflict",
      "telegram-unauthorized",
      "telegram-webhook-taken",
      "to-amocrm-waits",
      "to-telegram-waits",
    ]);
    expect(rule).not.toMatch(/AND|NOT/);
  });
});

test("docs/rollout.md rolls a deployment back by alarms of a bad release, and not by the composite alarm", () => {
  const rollout = readFileSync(new URL("../../docs/rollout.md", import.meta.url), "utf8");
  const [, paragraph = ""] = /\*\*Which alarms may roll back([\s\S]*?)\n\n/.exec(rollout) ?? [];
  const [allowed = "", refused = ""] = paragraph.split("Never");
  const named = (text: string) => [...text.matchAll(/`<stack>-([\w-]+)`/g)].map(([, name]) => name);

  expect(named(allowed)).toEqual(["amocrm-webhook-errors", "burn-rate-fast-short", "check-fails"]);
  // The CDK command line takes each for an alarm over metrics: with a composite one, the deployment fails.
  expect(alarms.map(nameOf)).toEqual(expect.arrayContaining(named(allowed)));
  expect(named(refused)).toEqual(["messages-at-risk"]);
});

describe("a failed request", () => {
  test("of amoCRM rings at once, whether the function crashed or answered 5xx", () => {
    const alarm = alarms.find((each) => nameOf(each) === "amocrm-webhook-errors");
    const [id] = findResource(template, "AWS::Lambda::Function", "AmocrmWebhookFunction");

    expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    expect(alarm?.Metrics?.flatMap(({ MetricStat }) => MetricStat ?? [])).toMatchObject([
      {
        Period: 60,
        Metric: { MetricName: "Errors", Dimensions: [{ Value: { Ref: id } }] },
      },
      { Period: 60, Metric: { MetricName: "AmocrmWebhookFailed" } },
    ]);
  });

  test("of Telegram alone rings in no alarm on one error", () => {
    const [id] = findResource(template, "AWS::Lambda::Function", "TelegramWebhookFunction");
    const ofTelegram = alarms.filter((alarm) =>
      metricsOf(alarm).some(
        ({ MetricName, Dimensions }) =>
          MetricName === "TelegramWebhookFailed" ||
          (MetricName === "Errors" && JSON.stringify(Dimensions).includes(id)),
      ),
    );

    expect(ofTelegram).toEqual([]);
  });

  test.each([
    { name: "burn-rate-fast", window: 3600, short: 300, rate: 14.4 },
    { name: "burn-rate-slow", window: 21_600, short: 1800, rate: 6 },
  ])("rings by $name if the error budget burns in both windows", ({ name, ...row }) => {
    const { window, short, rate } = row;
    const windows = [`${name}-long`, `${name}-short`].map((each) =>
      alarms.find((alarm) => nameOf(alarm) === each),
    );
    const expressions = windows.map((each) => each?.Metrics?.[0]?.Expression);
    const [failed, all, refused] = ["5xx", "Count", "4xx"];

    expect(ruleOf(name)).toMatch(
      new RegExp(String.raw`ALARM\(.*"${windows[0]?.id}".* AND ALARM\(.*"${windows[1]?.id}"`),
    );
    expect(expressions).toEqual([
      "IF(failed >= 3, failed / (all - refused), 0)",
      "failed / (all - refused)",
    ]);
    for (const [index, each] of windows.entries()) {
      expect(each?.Threshold).toBeCloseTo(rate * (1 - objective.availability), 9);
      expect(each?.Metrics?.flatMap(({ MetricStat }) => MetricStat ?? [])).toMatchObject(
        [failed, all, refused].map((MetricName) => ({
          Period: [window, short][index],
          Stat: "Sum",
          Metric: { Namespace: "AWS/ApiGateway", MetricName },
        })),
      );
    }
  });

  test("that reached no webhook rings from fifty in five minutes", () => {
    const alarm = alarms.find((each) => nameOf(each) === "requests-not-served");
    const [rule, ...summands] = alarm?.Metrics ?? [];

    expect([rule?.Expression, alarm?.Threshold]).toEqual(["all - telegram - amocrm", 50]);
    expect(
      summands.map(({ MetricStat }) => [MetricStat?.Period, MetricStat?.Metric.MetricName]),
    ).toEqual([
      [300, "Count"],
      [300, "Invocations"],
      [300, "Invocations"],
    ]);
  });
});

describe("the topics", () => {
  test("accept only alarms of their own account over TLS", () => {
    template.allResourcesProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": Match.anyValue() } },
          }),
        ]),
      },
    });
    template.resourceCountIs("AWS::SNS::TopicPolicy", 2);
  });

  test("send e-mail to the stage's address, if there is one", () => {
    const mailed = templateOf(aRetainedStage);

    mailed.resourceCountIs("AWS::SNS::Subscription", 2);
    mailed.allResourcesProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: aRetainedStage.alarmEmail,
    });
    template.resourceCountIs("AWS::SNS::Subscription", 0);
  });

  test("are encrypted only with the stage's own key", () => {
    const alarmKeyArn = `arn:aws:kms:eu-central-1:111122223333:key/${"0".repeat(36)}`;

    template.allResourcesProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.absent() });
    templateOf({ ...aMonitoredStage, alarmKeyArn }).allResourcesProperties("AWS::SNS::Topic", {
      KmsMasterKeyId: alarmKeyArn,
    });
  });
});

test("every alarm has a unique name", () => {
  const names = alarms.map(nameOf);

  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => /^[a-z0-9-]+$/.test(name))).toBe(true);
});
