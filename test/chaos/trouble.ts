import type { Run } from "../../local/run.ts";

const functions = ["delivery-sender", "telegram-webhook", "amocrm-webhook", "caretaker"] as const;

/** Counts of kills and faults. */
export type Trouble = { kills: number; faults: number };

/** Kills processes and makes vendors fail, at random, until the end. Then it removes all faults. */
export async function makeTroubleUntil(
  isOver: () => boolean,
  run: Run,
  random: () => number,
): Promise<Trouble> {
  const done: Trouble = { kills: 0, faults: 0 };
  while (!isOver()) {
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 600));
    if (random() < 0.4) done.kills += kill(run, random);
    else {
      addFault(run, random);
      done.faults += 1;
    }
  }
  run.telegram?.faults.clear();
  run.amocrm?.faults.clear();
  return done;
}

/** Kills the sender most often, because it holds messages. */
function kill(run: Run, random: () => number): number {
  const stem =
    random() < 0.7 ? "delivery-sender" : (functions[Math.floor(random() * 4)] ?? functions[0]);
  const processes = run.host.processes(stem);
  const victim = processes[Math.floor(random() * processes.length)];
  if (victim === undefined) return 0;
  try {
    process.kill(victim, "SIGKILL");
    return 1;
  } catch {
    return 0; // it has already ended
  }
}

function addFault({ telegram, amocrm }: Run, random: () => number): void {
  const retry_after = 1 + Math.floor(random() * 2);
  const tooMany = {
    ok: false,
    error_code: 429,
    description: "Too Many Requests",
    parameters: { retry_after },
  };
  const choices = [
    () => telegram?.faults.add({ match: "sendMessage", status: 429, body: tooMany }),
    () => telegram?.faults.add({ match: "sendMessage", status: 500 }),
    () => telegram?.faults.add({ match: "sendMessage", loseAnswer: true }),
    () => telegram?.faults.add({ match: "sendMessage", delayMillis: 1500 }),
    () => telegram?.faults.add({ match: "webhook", loseAnswer: true }),
    () => amocrm?.faults.add({ match: "POST /v2/origin", status: 500 }),
    () => amocrm?.faults.add({ match: "POST /v2/origin", loseAnswer: true }),
    () =>
      amocrm?.faults.add({
        match: "POST /v2/origin",
        status: 429,
        headers: { "Retry-After": "1" },
      }),
    () => amocrm?.faults.add({ match: "delivery_status", status: 503, times: 3 }),
  ];
  choices[Math.floor(random() * choices.length)]?.();
}
