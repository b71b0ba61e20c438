import type { Now } from "../../ports/clock.ts";
import type { AwsJsonClient, JsonService } from "./aws-json-client.ts";
import { StoredSecret } from "./stored-secret.ts";
import type { MaxAgeMillis } from "./stored-secret.ts";

/** Secrets Manager's JSON protocol. */
export const secretsManager: JsonService = {
  name: "secretsmanager",
  variable: "SECRETS_MANAGER",
  target: "secretsmanager",
  json: "1.1",
};

/** A JSON secret of Secrets Manager, through the small client. */
export class JsonSecret<Value> extends StoredSecret<Value> {
  constructor(options: {
    client: AwsJsonClient;
    secretId: string;
    /** Throws an error that says what is wrong, without any value. */
    parse: (json: unknown) => Value;
    now: Now;
    timeoutMillis: number;
    maxAgeMillis: MaxAgeMillis<Value>;
  }) {
    const { client, secretId, parse, now, timeoutMillis, maxAgeMillis } = options;
    super({
      fetch: async () => {
        const answer = await client.call(
          "GetSecretValue",
          { SecretId: secretId },
          { timeoutMillis },
        );
        return (answer as { SecretString?: string }).SecretString ?? "";
      },
      parse,
      now,
      maxAgeMillis,
    });
  }
}
