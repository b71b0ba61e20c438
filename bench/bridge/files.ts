import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../../local/run.ts";

/** The largest file that bots may fetch. */
const fileBytes = 20 * 1024 * 1024;
const timeoutMillis = 300_000;
const contentType = "application/octet-stream";

/**
 * Sends the largest file in each direction of a chat at the same time. Resolves when both vendors
 * have it.
 */
export async function carryFiles({ telegram, amocrm }: Run, chat: number): Promise<void> {
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  const arrived = () =>
    telegram.messages().filter(({ file }) => file !== undefined).length +
    amocrm.messages().filter(({ type, direction }) => type === "file" && direction === "customer")
      .length;
  const before = arrived();
  const bytes = Buffer.alloc(fileBytes, "a large file ");
  const facts = { file_name: "large.bin", mime_type: contentType, file_size: fileBytes };
  const fileId = `large-${chat}`;
  telegram.putFile(fileId, bytes);
  const document = { file_id: fileId, file_unique_id: fileId, ...facts };
  const { id } = amocrm.addAttachment({ bytes, fileName: facts.file_name, contentType });
  await Promise.all([
    telegram.customer.send({ id: chat, first_name: `Customer ${chat}` }, { document }),
    amocrm.operatorSends(`tg-1000000001-${chat}`, { attachments: [{ id, type: "file" }] }),
  ]);
  const sorryAtMillis = performance.now() + timeoutMillis;
  while (arrived() < before + 2) {
    if (performance.now() > sorryAtMillis) throw new Error("The files did not arrive.");
    await sleep(100);
  }
}

/** The highest memory use of a sender's process so far. Undefined without /proc. */
export function peakMegabytes({ host }: Run): number | undefined {
  try {
    const peaks = host.processes("delivery-sender").map((pid) => {
      const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
    });
    return Math.max(...peaks);
  } catch {
    return undefined;
  }
}
