import { openConnection } from "../adapters/http/keep-alive.ts";
import { deliverySenderEnvironment, readEnvironment } from "../config/environment.ts";

const patienceMillis = 1000;

/** Opens the connections that every message needs; a vendor that is slow now is called later. */
export async function openVendorConnections(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const environment = readEnvironment(deliverySenderEnvironment, variables);
  const { AMOJO_ORIGIN, TELEGRAM_API_ROOT } = environment;
  const opening = [AMOJO_ORIGIN, TELEGRAM_API_ROOT].map((each) =>
    openConnection(each, patienceMillis),
  );
  await Promise.all(opening);
}
