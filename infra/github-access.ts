import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import * as z from "zod";
import { GithubAccessStack, githubAccessSettings } from "./github-access-stack.ts";

// An app of its own: made once an account, by a person, and never by the workflows it lets in.
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
    // Without termination protection: it holds no data, and a first deployment that fails, say because the
    // account has GitHub's provider already, can be repeated only without.
    access: read.data,
  });
} else {
  console.error(`Nothing was made.\n${z.prettifyError(read.error)}`);
  process.exitCode = 1;
}
