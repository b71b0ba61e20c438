import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import * as z from "zod";
import { GithubAccessStack, githubAccessSettings } from "./github-access-stack.ts";

// A separate app: a person deploys it once per account. The workflows that it lets in never deploy it.
const app = new App({ postCliContext: { "@aws-cdk/core:failSynthOnValidationErrors": true } });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const given = ["repository", "stages", "provider"].flatMap((name) => {
  const value: unknown = app.node.tryGetContext(name);
  return value === undefined ? [] : [[name, value] as const];
});
const read = githubAccessSettings.safeParse(Object.fromEntries(given));
if (read.success) {
  new GithubAccessStack(app, "github-access", {
    stackName: "telegram-bridge-github-access",
    description: "Lets the workflows of a GitHub repository deploy stages of the bridge",
    // Without termination protection: the stack holds no data. With it, a person could not repeat a
    // failed first deployment, for example when the account already has GitHub's provider.
    access: read.data,
  });
} else {
  console.error(`Nothing was created.\n${z.prettifyError(read.error)}`);
  process.exitCode = 1;
}
