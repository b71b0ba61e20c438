import * as z from "zod";
import { accountId } from "../aws/names.ts";
import { policyDocument } from "../aws/policies.ts";
import { generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const roleProperties = z.object({
  RoleName: z.optional(z.string()),
  Policies: z._default(z.array(z.object({ PolicyDocument: policyDocument })), []),
});

const policyProperties = z.object({
  Roles: z._default(z.array(z.string()), []),
  PolicyDocument: policyDocument,
});

/** AWS::IAM::Role with its inline policies. AWS's managed policies and the trust policy are not read. */
export const createRole: CreateResource = ({ logicalId, properties }, deployment) => {
  const { RoleName, Policies } = roleProperties.parse(properties);
  const name = RoleName ?? generatedName(deployment.stackName, logicalId);
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const role = { name, statements };
  deployment.rolesByArn.set(arn, role);
  deployment.rolesByName.set(name, role);
  return { ref: name, attributes: { Arn: arn, RoleId: name } };
};

/** AWS::IAM::Policy and ManagedPolicy: statements that the template attaches to its roles. */
export const createPolicy: CreateResource = ({ logicalId, properties }, deployment) => {
  const { Roles, PolicyDocument } = policyProperties.parse(properties);
  for (const name of Roles) {
    deployment.rolesByName.get(name)?.statements.push(...PolicyDocument.Statement);
  }
  return { ref: logicalId, attributes: { Id: logicalId } };
};
