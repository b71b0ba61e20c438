import { BreakIt } from "./break-it.tsx";
import { DelayChart } from "./delay-chart.tsx";
import { Beside, EventList } from "./event-list.tsx";
import { ProofPanel } from "./proof-panel.tsx";
import { Queues } from "./queues.tsx";

/** What happens to each message between the two sides. */
export function Way() {
  return (
    <>
      <ProofPanel />
      <EventList />
      <BreakIt />
      <Queues />
      <DelayChart />
      <Beside />
    </>
  );
}
