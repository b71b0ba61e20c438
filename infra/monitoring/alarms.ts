import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmBase, IAlarmAction } from "aws-cdk-lib/aws-cloudwatch";
import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { AlarmRow } from "./alarm-row.ts";

/** The runbook section of the composite alarm over all alarms that put messages at risk. */
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
 * The alarms of the table, and a composite alarm over those that put messages at risk. All of them call
 * the same action.
 */
export class BridgeAlarms extends Construct {
  readonly all: readonly AlarmBase[];

  constructor(
    scope: Construct,
    id: string,
    props: { readonly rows: readonly AlarmRow[]; readonly action: IAlarmAction },
  ) {
    super(scope, id);
    const { rows, action } = props;
    const withAction = (alarm: AlarmBase) => {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    };
    const alarms = rows.map((row) => ({ row, alarm: this.#add(row) }));
    const risky = alarms.filter(({ row }) => row.isMessagesAtRisk);
    const atRisk = new CompositeAlarm(this, "messages-at-risk", {
      compositeAlarmName: `${Stack.of(this).stackName}-messages-at-risk`,
      alarmDescription: describe(
        "Messages of customers or operators may be lost, or stay unseen, until a person acts.",
        atRiskSection,
      ),
      alarmRule: AlarmRule.anyOf(
        ...risky.map(({ alarm }) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM)),
      ),
    });
    this.all = [atRisk, ...alarms.map(({ alarm }) => alarm)].map(withAction);
  }

  #add({ id, section, impact, metric, atLeast, below, bad, missing }: AlarmRow): Alarm {
    const threshold = atLeast ?? below;
    if (threshold === undefined) throw new Error(`The alarm ${id} has no threshold.`);
    const [datapointsToAlarm, evaluationPeriods] = bad ?? [1, 1];
    return new Alarm(this, id, {
      alarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: describe(impact, section),
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
}

function describe(impact: string, section: string): string {
  return `${impact} What to do: ${runbookAnchor(section)}`;
}
