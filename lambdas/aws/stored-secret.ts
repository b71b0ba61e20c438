import { SecretUnavailable, SecretUnset } from "../model/runtime.ts";
import type { Now, Secret } from "../model/runtime.ts";

const rereadIntervalMillis = 30_000;

/** The source of a secret, and the check of its value. */
type SecretSource<Value> = {
  /** The text in the store; may reject. */
  fetch(): Promise<string>;
  /**
   * Throws an error that describes the problem without any value; SecretUnset for a secret that is not
   * filled in.
   */
  parse(json: unknown): Value;
  readonly now: Now;
  /** At a greater age the value is read again before use. While the store is down, the known value serves. */
  readonly maxAgeMillis?: number | undefined;
};

/** A JSON secret that stays for the life of the sandbox. No error ever contains a value of it. */
export function storedSecret<Value>(source: SecretSource<Value>): Secret<Value> {
  const { now, maxAgeMillis = Number.POSITIVE_INFINITY } = source;
  let known: { readonly value: Value; readonly readAtMillis: number } | undefined;
  /**
   * The reason why the store's last answer is unusable. After no answer, the next read asks the store
   * again.
   */
  let unusable: SecretUnavailable | undefined;
  let triedAtMillis = Number.NEGATIVE_INFINITY;
  const age = () => now() - triedAtMillis;

  const fetch = async (): Promise<Value> => {
    triedAtMillis = now();
    unusable = undefined;
    const text = await source.fetch().catch((error: unknown) => {
      const name = error instanceof Error ? error.name : typeof error;
      throw new SecretUnavailable(`the secret store did not answer: ${name}`);
    });
    try {
      const value = parse(text, source);
      known = { value, readAtMillis: triedAtMillis };
      return value;
    } catch (error) {
      unusable = error as SecretUnavailable;
      // A secret that was emptied is no longer valid. A secret that is unreadable may be a mistake, so
      // the known value stays.
      if (error instanceof SecretUnset) known = undefined;
      throw error;
    }
  };
  /** A stranger's call must not cost a request to the store each time. */
  const fetchUnlessUnusable = async (): Promise<Value> => {
    if (unusable !== undefined && age() < rereadIntervalMillis) throw unusable;
    return fetch();
  };
  const reread = async (): Promise<Value> => {
    if (known === undefined) return fetchUnlessUnusable();
    const { value } = known;
    if (age() < rereadIntervalMillis) return value;
    return fetch().catch((error: unknown) => {
      if (error instanceof SecretUnset) throw error;
      return value;
    });
  };
  return {
    async read() {
      if (known === undefined) return fetchUnlessUnusable();
      return age() > maxAgeMillis ? reread() : known.value;
    },
    async readSince(millis) {
      return known !== undefined && known.readAtMillis > millis ? known.value : fetch();
    },
    reread,
  };
}

function parse<Value>(text: string, source: SecretSource<Value>): Value {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SecretUnavailable("a secret is not JSON");
  }
  try {
    return source.parse(json);
  } catch (error) {
    if (error instanceof SecretUnset) throw error;
    throw new SecretUnavailable(`a secret is not usable: ${(error as Error).message}`);
  }
}
