import type { ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What runs our code and can be given names and permissions. A Lambda function is one as it is; a container becomes
 * one by `workloadOf`.
 */
export type Workload = {
  addEnvironment(name: string, value: string): unknown;
  addToRolePolicy(statement: PolicyStatement): unknown;
};

/** A container: the names go to itself, the permissions to the role of its task. */
export function workloadOf(container: ContainerDefinition): Workload {
  return {
    addEnvironment: (name, value) => container.addEnvironment(name, value),
    addToRolePolicy: (statement) => container.taskDefinition.addToTaskRolePolicy(statement),
  };
}
