import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmBase, IAlarmAction, IAlarmRule, IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { AlarmRow, Severity } from "./alarm-row.ts";

/** The runbook section of the composite alarm over all urgent alarms. */
export const atRiskSection = "Messages are at risk";

/**
 * The path and anchor of an alarm's section, from the repository's root. GitHub makes the same anchors
 * from headings.
 */
export function runbookAnchor(section: string): string {
  const slug = section
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
  return `docs/runbook.md#${slug}`;
}

/**
 * The alarms of the table, and a composite alarm over the urgent ones. Each alarm calls the action of its
 * severity.
 */
export class BridgeAlarms extends Construct {
  readonly all: readonly AlarmBase[];

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly rows: readonly AlarmRow[];
      readonly actions: Readonly<Record<Severity, IAlarmAction>>;
    },
  ) {
    super(scope, id);
    const { rows, actions } = props;
    const withAction = (alarm: AlarmBase, severity: Severity) => {
      alarm.addAlarmAction(actions[severity]);
      alarm.addOkAction(actions[severity]);
      return alarm;
    };
    const alarms = rows.map((row) => ({ row, alarm: withAction(this.#add(row), row.severity) }));
    const urgent = alarms.filter(({ row }) => row.severity === "urgent");
    const atRisk = this.#compose(
      "messages-at-risk",
      describe(
        "Messages of customers or operators may be lost, or stay unseen, until a person acts.",
        atRiskSection,
      ),
      AlarmRule.anyOf(...urgent.map(({ alarm }) => inAlarm(alarm))),
    );
    this.all = [withAction(atRisk, "urgent"), ...alarms.map(({ alarm }) => alarm)];
  }

  #add(row: AlarmRow): AlarmBase {
    const { id, section, impact, metric, whileAlso } = row;
    const description = describe(impact, section);
    if (whileAlso === undefined) return this.#watch(id, description, metric, row);
    // An alarm over metrics has one period. Each window is an alarm without actions.
    const part = `A part of the alarm ${id}.`;
    const windows = [
      this.#watch(`${id}-long`, part, metric, row),
      this.#watch(`${id}-short`, part, whileAlso, row),
    ];
    return this.#compose(id, description, AlarmRule.allOf(...windows.map(inAlarm)));
  }

  #watch(id: string, description: string, metric: IMetric, row: AlarmRow): Alarm {
    const { atLeast, below, bad, missing } = row;
    const threshold = atLeast ?? below;
    if (threshold === undefined) throw new Error(`The alarm ${id} has no threshold.`);
    const [datapointsToAlarm, evaluationPeriods] = bad ?? [1, 1];
    return new Alarm(this, id, {
      alarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: description,
      metric,
      threshold,
      comparisonOperator:
        atLeast === undefined
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
  }

  #compose(id: string, description: string, rule: IAlarmRule): CompositeAlarm {
    return new CompositeAlarm(this, id, {
      compositeAlarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: description,
      alarmRule: rule,
    });
  }
}

function inAlarm(alarm: AlarmBase): IAlarmRule {
  return AlarmRule.fromAlarm(alarm, AlarmState.ALARM);
}

function describe(impact: string, section: string): string {
  return `${impact} What to do: ${runbookAnchor(section)}`;
}
