import type { AlarmRow } from "./alarm-row.ts";
import type { Read } from "./watched.ts";

/** Alarms for leads that were not made as the settings say. The messages themselves arrive. */
export function leadAlarms(read: Read): readonly AlarmRow[] {
  return [
    {
      id: "lead-postponed",
      section: "Leads are made late",
      impact: "Operators see new customers' messages before the lead that belongs to them.",
      severity: "next-day",
      metric: read("sender", "LeadPostponed"),
      atLeast: 1,
    },
    {
      id: "lead-part-refused",
      section: "amoCRM refuses a part of a lead",
      impact:
        "Operators find new leads in another pipeline, without their responsible user, or without tags.",
      severity: "next-day",
      metric: read("sender", "LeadPartRefused"),
      atLeast: 1,
    },
  ];
}
