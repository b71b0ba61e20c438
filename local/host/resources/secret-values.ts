import { references } from "../template/order.ts";
import type { Template } from "../template/template.ts";

/**
 * Values of secrets by logical id, given by the output that names the secret. Throws for an unknown
 * output: a misspelt name would leave the secret with a generated value.
 */
export function secretValues(
  template: Template,
  valuesByOutput: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(valuesByOutput).map(([name, value]) => {
      const named = [...references(template.Outputs[name]?.Value)];
      const secrets = named.filter(
        (id) => template.Resources[id]?.Type === "AWS::SecretsManager::Secret",
      );
      const [logicalId] = secrets;
      if (logicalId === undefined || secrets.length > 1) {
        throw new Error(`The stack has no output ${name} that names a secret.`);
      }
      return [logicalId, value] as const;
    }),
  );
}
