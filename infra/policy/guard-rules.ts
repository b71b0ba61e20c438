import { readdirSync, readFileSync } from "node:fs";
import { CloudFormationValidatePlugin } from "aws-cdk-lib";
import type { IPolicyValidationPlugin } from "aws-cdk-lib";

const folder = new URL("./", import.meta.url);

/**
 * Our own rules, from the `.guard` files in this folder, for every synth. They include the rules that
 * CDK otherwise applies by itself.
 * @see https://docs.aws.amazon.com/cfn-guard/latest/ug/writing-rules.html
 */
export function guardRules(): IPolicyValidationPlugin {
  const files = readdirSync(folder).filter((name) => name.endsWith(".guard"));
  return new CloudFormationValidatePlugin({
    guardRules: files.toSorted().map((name) => ({
      name,
      content: readFileSync(new URL(name, folder), "utf8"),
    })),
  }) as IPolicyValidationPlugin;
}
