import { TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmRow } from "./alarm-row.ts";
import { deliveryAlarms } from "./delivery-alarms.ts";
import { hostAlarms } from "./host-alarms.ts";
import { ingestAlarms } from "./ingest-alarms.ts";
import { leadAlarms } from "./lead-alarms.ts";
import { vendorAlarms } from "./vendor-alarms.ts";
import type { Read, Watched } from "./watched.ts";

/** Every alarm of a bridge. */
export function alarmRows(watched: Watched, read: Read): readonly AlarmRow[] {
  return [
    ...ingestAlarms(watched, read),
    ...deliveryAlarms(watched, read),
    ...vendorAlarms(read),
    ...leadAlarms(read),
    ...hostAlarms(read),
    {
      id: "caretaker-not-running",
      section: "The caretaker does not run",
      impact:
        "Customers may miss answers: hooks stay in the spool, and the bridge does not search for lost hooks.",
      severity: "urgent",
      metric: read("caretaker", "CaretakerRan"),
      below: 1,
      bad: [2, 2],
      missing: TreatMissingData.BREACHING,
    },
    {
      id: "caretaker-rounds-fail",
      section: "A round of the caretaker fails",
      impact: "No impact on customers or operators yet. The work of this round is not done.",
      severity: "next-day",
      metric: read("caretaker", "RoundFailed", { minutes: 15 }),
      atLeast: 3,
    },
    {
      id: "lost-hooks-found",
      section: "Lost hooks were found",
      impact: "Customers got operators' answers late: amoCRM's hooks did not reach the bridge.",
      severity: "urgent",
      metric: read("caretaker", "LostFound"),
      atLeast: 1,
    },
    {
      id: "reconcile-stopped",
      section: "The search for lost hooks stopped",
      impact: "Customers may miss answers: too many hooks seem lost, so a person must check.",
      severity: "urgent",
      metric: read("caretaker", "ReconcileStopped"),
      atLeast: 1,
    },
    {
      id: "reconcile-blind",
      section: "Histories cannot be read",
      impact:
        "No impact on customers or operators yet. The bridge would not find a hook that is lost now.",
      severity: "urgent",
      metric: read("caretaker", "HistoryNotRead"),
      atLeast: 1,
      bad: [6, 6],
    },
    {
      id: "reconcile-unfinished",
      section: "The search for lost hooks takes too long",
      impact:
        "No impact on customers or operators yet. The bridge would not find a lost hook in the chats that it did not check.",
      severity: "next-day",
      metric: read("caretaker", "ReconcileUnfinished"),
      atLeast: 1,
      // The check of the last day runs once an hour. The alarm needs three unfinished checks in three hours.
      bad: [3, 36],
    },
  ];
}
