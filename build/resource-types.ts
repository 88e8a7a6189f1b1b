import { createRequire } from 'node:module';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

export const resourceTypesPath = 'src/emulator/cloudformation/resources/resource-types.json';

/**
 * The emulator's table of CloudFormation's resource types, one type a line: the parts of its id, its attributes (`[]` marks a
 * list), its properties (`!` required, `*` replaces the resource), and the form of its ARN.
 */
export function renderResourceTypes(): string {
  const { version } = createRequire(import.meta.url)('@aws-cdk/aws-service-spec/package.json') as { version: string };
  const types: readonly SpecifiedType[] = loadAwsServiceSpecSync().all('resource');
  const lines = types
    .map((type) => `${JSON.stringify(type.cloudFormationType)}: ${JSON.stringify(entryOf(type))}`)
    .sort();
  return `{\n"source": "@aws-cdk/aws-service-spec ${version}",\n"types": {\n${lines.join(',\n')}\n}\n}\n`;
}

interface SpecifiedType {
  readonly cloudFormationType: string;
  readonly primaryIdentifier?: readonly string[];
  /** What Ref returns, if it differs from the primary identifier. */
  readonly cfnRefIdentifier?: readonly string[];
  readonly arnTemplate?: string;
  readonly attributes: Readonly<Record<string, { readonly type: { readonly type: string } }>>;
  readonly properties: Readonly<Record<string, { readonly required?: boolean; readonly causesReplacement?: string }>>;
}

function entryOf(type: SpecifiedType): readonly string[] {
  // Only the first part of a nested attribute's name is known to be complete.
  const attributes = Object.entries(type.attributes).map(([name, { type: kind }]) =>
    kind.type === 'array' ? `${name}[]` : name.replace(/\..*/, ''),
  );
  const properties = Object.entries(type.properties).map(
    ([name, { required, causesReplacement }]) =>
      `${name}${required ? '!' : ''}${causesReplacement === 'yes' ? '*' : ''}`,
  );
  const id = type.cfnRefIdentifier ?? type.primaryIdentifier ?? [];
  const arn = type.arnTemplate === undefined ? [] : [type.arnTemplate.replace(/^arn:[^:]*:/, '')];
  return [id.join(' '), [...new Set(attributes)].sort().join(' '), properties.sort().join(' '), ...arn];
}
