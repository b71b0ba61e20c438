import type { AlarmRow } from "./alarm-row.ts";
import type { Read } from "./watched.ts";

/** The caretaker looks at the hosts once an hour. */
const hour = 60;

/** Alarms for the bridge's public hosts that no message shows. */
export function hostAlarms(read: Read): readonly AlarmRow[] {
  return [
    {
      id: "media-not-served",
      section: "Customers' files are not served",
      impact: "Operators cannot open customers' files: the links in amoCRM lead nowhere.",
      severity: "urgent",
      metric: read("caretaker", "MediaNotServed", { minutes: hour }),
      atLeast: 1,
      bad: [2, 2],
    },
    {
      id: "certificate-expires",
      section: "A certificate expires soon",
      impact:
        "No impact on customers or operators yet. After its last day, the host answers no vendor.",
      severity: "next-day",
      metric: read("caretaker", "CertificateExpires", { minutes: hour }),
      atLeast: 1,
    },
  ];
}
