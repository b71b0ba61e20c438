import { TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmRow } from "./alarm-row.ts";
import { deliveryAlarms } from "./delivery-alarms.ts";
import { ingestAlarms } from "./ingest-alarms.ts";
import { vendorAlarms } from "./vendor-alarms.ts";
import type { Read, Watched } from "./watched.ts";

/** Every alarm of a bridge. */
export function alarmRows(watched: Watched, read: Read): readonly AlarmRow[] {
  return [
    ...ingestAlarms(watched, read),
    ...deliveryAlarms(watched, read),
    ...vendorAlarms(read),
    {
      id: "caretaker-not-running",
      section: "The caretaker does not run",
      impact: "Hooks in the spool stay there, and nobody looks for lost ones.",
      metric: read("caretaker", "CaretakerRan"),
      below: 1,
      bad: [2, 2],
      missing: TreatMissingData.BREACHING,
      isMessagesAtRisk: true,
    },
    {
      id: "caretaker-rounds-fail",
      section: "A round of the caretaker fails",
      impact: "Nobody yet; what this round would find or bring back stays where it is.",
      metric: read("caretaker", "RoundFailed", { minutes: 15 }),
      atLeast: 3,
    },
    {
      id: "lost-hooks-found",
      section: "Lost hooks were found",
      impact: "Customers got operators' answers late: their hooks never reached us.",
      metric: read("caretaker", "LostFound"),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "reconcile-stopped",
      section: "The look for lost hooks stopped",
      impact: "Customers may miss answers: so much seems lost that a person has to look.",
      metric: read("caretaker", "ReconcileStopped"),
      atLeast: 1,
      isMessagesAtRisk: true,
    },
    {
      id: "reconcile-blind",
      section: "Histories cannot be read",
      impact: "Nobody yet; a hook that is lost now would not be noticed.",
      metric: read("caretaker", "HistoryNotRead"),
      atLeast: 1,
      bad: [6, 6],
      isMessagesAtRisk: true,
    },
    {
      id: "reconcile-unfinished",
      section: "The look for lost hooks takes too long",
      impact: "Nobody yet; the chats that were not reached would lose a hook unnoticed.",
      metric: read("caretaker", "ReconcileUnfinished"),
      atLeast: 1,
      // The check of the last day runs once an hour. The alarm needs three unfinished checks in three hours.
      bad: [3, 36],
    },
  ];
}
