import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** amoCRM fetches a file some time after its message, so a picture may come late. */
const waitsMillis: readonly number[] = [300, 700, 1500, 3000, 6000];

/**
 * The address of a file that may come late. While there is no file, it is asked for again a few times.
 * `fail` reports that the browser got none; `again` begins anew.
 */
export function useLateFile(address: string) {
  const asked = useSignal(0);
  const failures = useSignal(0);
  const isAbsent = useSignal(false);
  useEffect(() => {
    const wait = waitsMillis[failures.value - 1];
    if (!isAbsent.value || wait === undefined) return;
    const timer = setTimeout(() => {
      asked.value += 1;
      isAbsent.value = false;
    }, wait);
    return () => clearTimeout(timer);
  });
  return {
    // A browser does not ask again for an address that has failed.
    source: asked.value === 0 ? address : `${address}?again=${asked.value}`,
    isAbsent: isAbsent.value,
    mayCome: failures.value <= waitsMillis.length,
    fail: () => {
      failures.value += 1;
      isAbsent.value = true;
    },
    again: () => {
      failures.value = 0;
      asked.value += 1;
      isAbsent.value = false;
    },
  };
}
