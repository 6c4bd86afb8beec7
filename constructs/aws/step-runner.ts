import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { projectFolder } from "../core/project";
import { literal } from "../core/terraform-text";
import type { AwsStack } from "./aws-stack";
import type { Cluster } from "./cluster";
import { logGroup } from "./logs";
import { allow, policyDocument, type Statement, trustPolicy } from "./policy";
import { add } from "./resource";

/** Longest that Lambda lets a function run, in seconds. */
const longestSeconds = 900;

/**
 * The function that runs a step as a task and waits for its end, because no resource of Terraform does both.
 * It is made with the first step.
 */
export class StepRunner {
  private made: string | undefined;

  constructor(
    private readonly stack: AwsStack,
    private readonly cluster: Cluster,
    private readonly keyArn: string,
  ) {}

  /** The function's name. */
  get functionName(): string {
    this.made ??= this.create();
    return this.made;
  }

  /** By CloudFormation, which takes the code as text: nothing has to be packed, and a review shows what runs. */
  private create(): string {
    const { stack } = this;
    const name = stack.named("step-runner");
    const log = logGroup(stack, stack, "step-runner", `/datalab/${stack.environment.name}/step-runner`, this.keyArn);
    const role = add(IamRole, stack, "step-runner", {
      name,
      assumeRolePolicy: trustPolicy("lambda.amazonaws.com", stack.account),
    });
    const policy = add(IamRolePolicy, stack, "step-runner", {
      name: "steps",
      role: role.id,
      policy: policyDocument(this.statements(`${log.arn}:*`)),
    });
    const made = add(CloudformationStack, stack, "step-runner", {
      name,
      parameters: { Role: role.arn, LogGroup: log.name },
      templateBody: JSON.stringify({
        Parameters: { Role: { Type: "String" }, LogGroup: { Type: "String" } },
        Resources: {
          Function: {
            Type: "AWS::Lambda::Function",
            Properties: {
              FunctionName: name,
              Description: `Runs the steps of DataLab's environment ${stack.environment.name}`,
              Runtime: "python3.13",
              Handler: "index.handler",
              Role: { Ref: "Role" },
              Timeout: longestSeconds,
              LoggingConfig: { LogGroup: { Ref: "LogGroup" } },
              Code: { ZipFile: literal(readFileSync(program(), "utf8")) },
            },
          },
        },
        Outputs: { Function: { Value: { Ref: "Function" } } },
      }),
      dependsOn: [policy],
    });
    return made.outputs.lookup("Function");
  }

  private statements(logStreams: string): Statement[] {
    const { stack, cluster } = this;
    const { partition, account, aws } = stack;
    const ecs = (resource: string): string => `arn:${partition}:ecs:${aws.region}:${account}:${resource}`;
    const onCluster = { ArnEquals: { "ecs:cluster": cluster.arn } };
    return [
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logStreams]),
      { ...allow(["ecs:RunTask"], [ecs(`task-definition/${stack.named("init-*")}:*`)]), Condition: onCluster },
      { ...allow(["ecs:ListTasks"], [ecs(`container-instance/${cluster.name}/*`)]), Condition: onCluster },
      { ...allow(["ecs:DescribeTasks"], [ecs(`task/${cluster.name}/*`)]), Condition: onCluster },
      {
        ...allow(["iam:PassRole"], [`arn:${partition}:iam::${account}:role/${stack.named("init-*")}`]),
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ];
  }
}

/** From the repository's top, because compiled code lies elsewhere than its source. */
function program(): string {
  return join(projectFolder(), "constructs/aws/run-step.py");
}
