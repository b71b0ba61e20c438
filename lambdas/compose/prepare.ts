import { within } from "../adapters/aws/within.ts";

/** A sandbox is ready after this, prepared or not. */
const preparationMillis = 1500;

/**
 * What the first event would wait for is done while the sandbox starts, with a whole processor
 * instead of a share. What fails here is done again when it is needed.
 */
export async function prepare(...work: readonly Promise<unknown>[]): Promise<void> {
  await within(preparationMillis, Promise.allSettled(work)).catch(() => undefined);
}
