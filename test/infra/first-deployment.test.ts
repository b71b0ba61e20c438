import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "@jest/globals";
import { everyTemplate } from "./every-template.ts";
import { FakeAccount } from "./fake-cloudformation.ts";
import type { Deployable, DeployableTemplate } from "./fake-cloudformation.ts";
import { aRetainedStage, stacksOf } from "./synthesize.ts";

const deployable = (template: Template, { terminationProtection }: Stack): Deployable => ({
  template: template.toJSON() as DeployableTemplate,
  terminationProtection,
});
const deployableOf = (stage: unknown): Deployable => {
  const [stack] = stacksOf(stage);
  if (stack === undefined) throw new Error("The stage has no stack.");
  return deployable(Template.fromStack(stack), stack);
};
const unprotected = deployableOf(aRetainedStage);
const protectedOne = deployableOf({ ...aRetainedStage, protect: true });
const idsOf = ({ template }: Deployable) => Object.keys(template.Resources);
const tables = idsOf(unprotected).filter((id) => id.startsWith("Tables"));
const certificateFault = idsOf(unprotected).find((id) => id.startsWith("WebhooksDomainName")) ?? "";

describe("a first deployment that fails", () => {
  test.each(everyTemplate)(
    "at any resource of %s leaves nothing behind, and the same command repeats it",
    (_, template, stack) => {
      const first = deployable(template, stack);

      for (const id of idsOf(first)) {
        const account = new FakeAccount();

        expect([id, account.deploy(first, id)]).toEqual([id, "ROLLBACK_COMPLETE"]);
        expect(account.deploy(first, id)).toBe("ROLLBACK_COMPLETE");
        expect(account.orphans).toEqual([]);
        expect(account.deploy(first)).toBe("CREATE_COMPLETE");
        expect(account.resources).toEqual(idsOf(first));
      }
    },
  );

  test("is of an unprotected stage by default", () => {
    expect(unprotected.terminationProtection).toBe(false);
    expect(protectedOne.terminationProtection).toBe(true);
  });

  test("cannot be repeated if the stage is protected from the start", () => {
    const account = new FakeAccount();

    expect(account.deploy(protectedOne, certificateFault)).toBe("ROLLBACK_FAILED");
    expect(account.resources).toEqual(tables);
    expect(() => account.deploy(protectedOne)).toThrow("TerminationProtection is enabled");
  });

  test("is then cleaned up by hand, as in docs/rollout.md, and the tables must be deleted", () => {
    const account = new FakeAccount();
    account.deploy(protectedOne, certificateFault);

    account.isTerminationProtected = false;
    account.deleteStack();

    expect(account.orphans.map(({ logicalId }) => logicalId)).toEqual(tables);
    expect(account.deploy(unprotected)).toBe("CREATE_COMPLETE");
  });

  test("would leave retained resources behind at each try, if a rollback retained them", () => {
    const resources = Object.entries(unprotected.template.Resources).map(([id, resource]) => [
      id,
      {
        ...resource,
        ...(resource.DeletionPolicy === "RetainExceptOnCreate" ? { DeletionPolicy: "Retain" } : {}),
      },
    ]);
    const template = { Resources: Object.fromEntries(resources) } as DeployableTemplate;
    const account = new FakeAccount();

    account.deploy({ template, terminationProtection: false }, certificateFault);

    expect(account.orphans.length).toBeGreaterThanOrEqual(17);
  });
});

describe("a stage that its second deployment protects", () => {
  const account = new FakeAccount();
  account.deploy(unprotected);
  account.deploy(protectedOne);

  test("cannot be deleted", () => {
    expect(() => account.deleteStack()).toThrow("TerminationProtection is enabled");
    expect(account.status).toBe("UPDATE_COMPLETE");
  });

  test("keeps its data when a person removes the protection and deletes it", () => {
    account.isTerminationProtected = false;
    account.deleteStack();

    const kept = account.orphans.map(({ type }) => type);
    expect([...new Set(kept)].toSorted()).toEqual([
      "AWS::DynamoDB::Table",
      "AWS::Lambda::Version",
      "AWS::Logs::LogGroup",
      "AWS::S3::Bucket",
      "AWS::SQS::Queue",
      "AWS::SecretsManager::Secret",
    ]);
    const ofTables = account.orphans.filter(({ type }) => type === "AWS::DynamoDB::Table");
    expect(ofTables.every(({ isProtected }) => isProtected)).toBe(true);
  });
});
