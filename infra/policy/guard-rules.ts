import { readdirSync, readFileSync } from "node:fs";
import { CloudFormationValidatePlugin } from "aws-cdk-lib";
import type { IPolicyValidationPlugin } from "aws-cdk-lib";

const folder = new URL("./", import.meta.url);

/**
 * Our own rules, the `.guard` files beside this one, for every synth; with them the rules of CDK that it
 * otherwise brings by itself. The language: https://docs.aws.amazon.com/cfn-guard/latest/ug/writing-rules.html
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
