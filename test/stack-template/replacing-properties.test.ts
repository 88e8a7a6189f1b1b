import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { expect, it } from 'vitest';
import { replacingProperties } from '../../src/stack-template/replacing-properties.ts';

/** Where the table and AWS's resource specification differ, or AWS's leaves it open, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'AWS::EC2::Subnet.Ipv6CidrBlock':
    'AWS replaces the subnet under some conditions only; a subnet that serves may get a block.',
  'AWS::ECS::TaskSet.Scale': 'It changes in place, but a smaller one takes tasks away from users.',
  'AWS::ECS::TaskSet.TaskDefinition':
    'Prepare Blue and Deploy Stack pin the one that serves, whatever the template says.',
};

it("the table has what replaces a resource in AWS's resource specification, and nothing else", () => {
  const specification = loadAwsServiceSpecSync();
  const differing = [...replacingProperties].flatMap(([type, known]) => {
    const [resource] = specification.lookup('resource', 'cloudFormationType', 'equals', type);
    const specified = resource?.properties ?? {};
    return [...new Set([...known, ...Object.keys(specified)])]
      .filter((name) => (specified[name]?.causesReplacement ?? 'no') !== (known.includes(name) ? 'yes' : 'no'))
      .map((name) => `${type}.${name}`);
  });
  expect(differing.sort()).toEqual(Object.keys(exceptions).sort());
});
