import { AwsError } from '../../contract/aws-error.ts';
import type { CloudFormation, Deployment, Output, Stack } from '../state.ts';
import { evaluate } from '../template/intrinsics.ts';
import { currentResources, scopeOf } from './deployment.ts';

/** The outputs of a stack whose resources are ready; throws if one cannot be evaluated or another stack exports its name. */
export function evaluateOutputs(cloud: CloudFormation, stack: Stack, deployment: Deployment): Output[] {
  const scope = scopeOf(cloud, stack, deployment, currentResources(stack));
  return deployment.compiled.outputs.map(({ name, value, description, exportName }) => {
    const exported = exportName === undefined ? undefined : String(evaluate(exportName, scope));
    if (exported !== undefined) refuseTaken(cloud, stack, exported);
    const evaluated = evaluate(value, scope);
    return {
      OutputKey: name,
      OutputValue: Array.isArray(evaluated) ? evaluated.join(',') : String(evaluated),
      ...(description ? { Description: description } : {}),
      ...(exported === undefined ? {} : { ExportName: exported }),
    };
  });
}

function refuseTaken(cloud: CloudFormation, stack: Stack, name: string): void {
  const owner = cloud.stacks.find(
    (other) => other !== stack && !other.deletionTime && other.outputs.some(({ ExportName }) => ExportName === name),
  );
  if (owner)
    throw new AwsError('ValidationError', `Export with name ${name} is already exported by stack ${owner.name}`);
}
