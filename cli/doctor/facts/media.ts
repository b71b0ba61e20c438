import { CommandFailure } from "../../command.ts";
import type { Stage } from "../../stage/stage.ts";
import { readCertificate } from "./address.ts";
import type { MediaFacts } from "./facts.ts";
import { ask, look } from "./look.ts";

/** Asks the host of customers' files for a file that does not exist, as amoCRM asks for others. */
export async function lookAtMedia({ outputs }: Stage): Promise<MediaFacts> {
  const { MediaBaseUrl: base } = outputs;
  if (base === undefined) {
    throw new CommandFailure("the stack does not report the address of customers' files");
  }
  const { protocol, host, hostname, port } = new URL(base);
  const [reply, certificate] = await Promise.all([
    ask(`${base}/no-such-file`, { method: "HEAD", headers: {} }),
    protocol === "https:" ? look(() => readCertificate(hostname, Number(port || 443))) : undefined,
  ]);
  return { host, reply, certificate };
}
