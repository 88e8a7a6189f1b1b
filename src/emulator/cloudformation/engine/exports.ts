import { AwsError } from '../../contract/aws-error.ts';
import type { CloudFormation, Output, Stack } from '../state.ts';

/** The output of another stack that is exported by that name. */
export function findExport(cloud: CloudFormation, importer: Stack, name: string): Output | undefined {
  return liveStacks(cloud)
    .filter((stack) => stack !== importer)
    .flatMap(({ outputs }) => outputs)
    .find(({ ExportName }) => ExportName === name);
}

/** Throws ValidationError if another stack exports the name. */
export function refuseTaken(cloud: CloudFormation, stack: Stack, name: string): void {
  const owner = liveStacks(cloud).find((other) => other !== stack && exportNames(other).includes(name));
  if (owner)
    throw new AwsError('ValidationError', `Export with name ${name} is already exported by stack ${owner.name}`);
}

/** Why a stack cannot change its outputs in this way: another stack imports one of them. Undefined if it can. */
export function exportInUse(cloud: CloudFormation, stack: Stack, next: readonly Output[]): string | undefined {
  for (const { ExportName, OutputValue } of stack.outputs) {
    if (ExportName === undefined) continue;
    const kept = next.find((output) => output.ExportName === ExportName);
    const [importer] = importersOf(cloud, ExportName).filter((other) => other !== stack);
    if (!importer || kept?.OutputValue === OutputValue) continue;
    return `Export ${ExportName} cannot be ${kept ? 'updated' : 'deleted'} as it is in use by ${importer.name}`;
  }
  return undefined;
}

/** The stacks that import an export. */
export function importersOf(cloud: CloudFormation, name: string): Stack[] {
  return liveStacks(cloud).filter(({ imports }) => imports.has(name));
}

export function liveStacks(cloud: CloudFormation): Stack[] {
  return cloud.stacks.filter(({ deletionTime }) => !deletionTime);
}

function exportNames({ outputs }: Stack): (string | undefined)[] {
  return outputs.map(({ ExportName }) => ExportName);
}
