import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { atRiskSection, runbookAnchor } from "../../infra/monitoring/alarms.ts";
import { metrics } from "../../lambdas/model/metrics.ts";
import { aRetainedStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

type Query = {
  MetricStat?: { Metric: { Namespace: string; MetricName: string; Dimensions?: unknown } };
};
type Alarm = {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  OKActions: unknown[];
  TreatMissingData: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: unknown;
  Metrics?: Query[];
};

const template = templateOf();
const namespace = "test-main-telegram-bridge";
const runbook = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");
const [, alarmSections = ""] = /\n## Alarms\n([\s\S]*?)\n## /.exec(runbook) ?? [];
const sections = alarmSections.split(/^### /m).slice(1);
const headings = sections.map((section) => section.split("\n", 1)[0] ?? "");
/** The alarms for people. The alarms of a roll-out are for CodeDeploy and need no section. */
const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm")
  .filter(([id]) => id.startsWith("Monitoring"))
  .map(([, { Properties }]) => Properties as unknown as Alarm);
const composites = resourcesOf(template, "AWS::CloudWatch::CompositeAlarm").map(
  ([id, { Properties }]) => ({ id, ...(Properties as unknown as Alarm & { AlarmRule: unknown }) }),
);
const nameOf = ({ AlarmName }: Alarm) => AlarmName.replace(`${namespace}-`, "");
const metricsOf = (alarm: Alarm) => [
  ...(alarm.MetricName === undefined ? [] : [alarm]),
  ...(alarm.Metrics ?? []).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : [])),
];
/** The metrics as `source name`. The dimension of a metric line gives the source; metrics from log lines have none. */
const told = Object.entries(metrics).flatMap(([source, names]) =>
  Object.keys(names).map((name) => `${/sender|caretaker/.test(source) ? source : "line"} ${name}`),
);
const tellerOf = (dimensions: unknown) =>
  /"service"[^}]*"(sender|caretaker)"/.exec(JSON.stringify(dimensions ?? []))?.[1] ?? "line";

describe("every alarm", () => {
  test("describes its impact and links to its section, and every section has an alarm", () => {
    const described = [...alarms, ...composites].map(({ AlarmDescription }) => AlarmDescription);

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
      for (const part of ["Means", "Impact", "See", "Fix", "Over"]) {
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

  test("notifies the topic when it starts and when it ends", () => {
    const [topic] = findResource(template, "AWS::SNS::Topic", "MonitoringAlarms");

    for (const alarm of [...alarms, ...composites]) {
      expect(alarm.AlarmActions).toEqual([{ Ref: topic }]);
      expect(alarm.OKActions).toEqual([{ Ref: topic }]);
    }
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
      expect(told).toContain(`${tellerOf(Dimensions)} ${MetricName}`);
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
    const [composite, ...others] = composites;
    const rule = JSON.stringify(composite?.AlarmRule);
    const included = resourcesOf(template, "AWS::CloudWatch::Alarm")
      .filter(([id]) => rule.includes(`"${id}"`))
      .map(([, { Properties }]) => nameOf(Properties as unknown as Alarm));

    expect(others).toEqual([]);
    expect(composite?.AlarmDescription).toContain(runbookAnchor(atRiskSection));
    expect(included.toSorted()).toEqual([
      "api-5xx",
      "body-not-stored",
      "caretaker-not-running",
      "check-fails",
      "dead-letters",
      "ingest-errors",
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
      "telegram-webhook-taken",
      "to-amocrm-waits",
      "to-telegram-waits",
    ]);
    expect(rule).not.toMatch(/AND|NOT/);
  });
});

test("docs/rollout.md rolls a deployment back by alarms of a bad release, and not by the composite alarm", () => {
  const rollout = readFileSync(new URL("../../docs/rollout.md", import.meta.url), "utf8");
  const [, paragraph = ""] = /\*\*Which alarms may take back([\s\S]*?)\n\n/.exec(rollout) ?? [];
  const [allowed = "", refused = ""] = paragraph.split("Never");
  const named = (text: string) => [...text.matchAll(/`<stack>-([\w-]+)`/g)].map(([, name]) => name);

  expect(named(allowed)).toEqual(["api-5xx", "ingest-errors", "check-fails"]);
  expect(alarms.map(nameOf)).toEqual(expect.arrayContaining(named(allowed)));
  expect(named(refused)).toEqual(composites.map(nameOf));
});

describe("the topic", () => {
  test("accepts only alarms of its own account over TLS", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
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
    template.resourceCountIs("AWS::SNS::TopicPolicy", 1);
  });

  test("sends e-mail to the stage's address, if there is one", () => {
    templateOf(aRetainedStage).hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: aRetainedStage.alarmEmail,
    });
    template.resourceCountIs("AWS::SNS::Subscription", 0);
  });
});

test("every alarm has a unique name", () => {
  const names = alarms.map(nameOf);

  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => /^[a-z0-9-]+$/.test(name))).toBe(true);
});
