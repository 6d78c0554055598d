import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { clientLimits } from './clients.ts';
import { exitCodes, Failure } from './failure.ts';

/** The outputs of a stack by name. @throws Failure if there is no such stack */
export async function outputsOfStack(name: string): Promise<Readonly<Record<string, string>>> {
  const client = new CloudFormationClient(clientLimits);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name })).catch(async (error: Error) => {
    if (!/does not exist/.test(error.message)) throw error;
    const region = await client.config.region();
    throw new Failure(
      `there is no stack ${name} in ${region} of this account: check the name, --region and --profile`,
      exitCodes.notFound,
    );
  });
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** The names of a stack's functions by logical id. */
export async function functionsOfStack(name: string): Promise<Readonly<Record<string, string>>> {
  const functions: Record<string, string> = {};
  const client = new CloudFormationClient(clientLimits);
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name })) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries) {
      if (ResourceType === 'AWS::Lambda::Function') functions[LogicalResourceId] = PhysicalResourceId;
    }
  }
  return functions;
}
