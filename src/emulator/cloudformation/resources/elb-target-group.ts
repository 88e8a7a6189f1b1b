import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../contract/aws-error.ts';
import type { Properties } from '../template/template.ts';
import { fullName, retagElb } from './elb-tags.ts';
import { type HandlerContext, HandlerFailure, type ResourceHandler } from './handler.ts';
import { pick, type Shape, toPascal } from './shape.ts';
import { tagsOf } from './tags.ts';

const createOnly = ['TargetType', 'ProtocolVersion', 'Port', 'Name', 'VpcId', 'Protocol', 'IpAddressType'];
const healthCheck =
  'HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort HealthCheckProtocol HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount Matcher'.split(
    ' ',
  );

const shape = {
  Port: 'number',
  HealthCheckEnabled: 'flag',
  HealthCheckIntervalSeconds: 'number',
  HealthCheckTimeoutSeconds: 'number',
  HealthyThresholdCount: 'number',
  UnhealthyThresholdCount: 'number',
  TargetControlPort: 'number',
  Targets: { Port: 'number' },
} as const satisfies Shape;

interface TargetGroupView {
  readonly TargetGroupArn: string;
  readonly TargetGroupName: string;
}

/** AWS::ElasticLoadBalancingV2::TargetGroup. `LoadBalancerArns` is empty, as on creation. */
export const targetGroupHandler: ResourceHandler = {
  properties: [...createOnly, ...healthCheck, 'TargetGroupAttributes', 'TargetControlPort', 'Targets', 'Tags'],
  required: [],
  createOnly,
  attributes: ['TargetGroupArn', 'TargetGroupFullName', 'TargetGroupName', 'LoadBalancerArns'],
  taggable: true,
  create: async (context, properties) => {
    const tags = tagsOf(properties);
    const Name =
      properties['Name'] ?? `${context.stackName.slice(0, 5)}-${context.logicalId.slice(0, 5)}-${context.id(12)}`;
    const answer = await context.call<{ TargetGroups: TargetGroupView[] }>('elb', 'CreateTargetGroup', {
      ...(toPascal(pick(properties, [...createOnly, ...healthCheck, 'TargetControlPort']), shape) as object),
      Name,
      ...(tags.length > 0 ? { Tags: tags } : {}),
    });
    const created = answer.TargetGroups[0];
    if (!created)
      throw new HandlerFailure('GeneralServiceException', 'CreateTargetGroup answered without a target group.');
    const TargetGroupArn = created.TargetGroupArn;
    context.initiated(TargetGroupArn);
    const Attributes = toPascal(properties['TargetGroupAttributes'], {});
    if (Attributes) await context.call('elb', 'ModifyTargetGroupAttributes', { TargetGroupArn, Attributes });
    await registerTargets(context, TargetGroupArn, {}, properties);
    return {
      physicalId: TargetGroupArn,
      attributes: {
        TargetGroupArn,
        TargetGroupName: created.TargetGroupName,
        TargetGroupFullName: fullName(TargetGroupArn),
        LoadBalancerArns: [],
      },
    };
  },
  update: async (context, resource, next) => {
    const TargetGroupArn = resource.physicalId;
    const changed = (names: readonly string[]): boolean =>
      names.some((name) => JSON.stringify(resource.properties[name]) !== JSON.stringify(next[name]));
    if (changed(healthCheck))
      await context.call('elb', 'ModifyTargetGroup', {
        TargetGroupArn,
        ...(toPascal(pick(next, healthCheck), shape) as object),
      });
    const Attributes = toPascal(next['TargetGroupAttributes'], {});
    if (Attributes && changed(['TargetGroupAttributes']))
      await context.call('elb', 'ModifyTargetGroupAttributes', { TargetGroupArn, Attributes });
    await registerTargets(context, TargetGroupArn, resource.properties, next);
    await retagElb(context, TargetGroupArn, resource.properties, next);
    return resource.attributes;
  },
  delete: async (context, resource) => {
    try {
      await context.call('elb', 'DeleteTargetGroup', { TargetGroupArn: resource.physicalId });
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'TargetGroupNotFound')) throw error;
    }
  },
};

/** Registers the targets that a template lists, and deregisters those that it no longer lists. */
async function registerTargets(
  context: HandlerContext,
  TargetGroupArn: string,
  before: Properties,
  next: Properties,
): Promise<void> {
  const [old, wanted] = [before, next].map((properties) => toPascal(properties['Targets'] ?? [], shape['Targets']));
  if (JSON.stringify(old) === JSON.stringify(wanted)) return;
  const gone = [old].flat().filter((target) => ![wanted].flat().some((kept) => isDeepStrictEqual(kept, target)));
  if (gone.length > 0) await context.call('elb', 'DeregisterTargets', { TargetGroupArn, Targets: gone });
  if ([wanted].flat().length > 0) await context.call('elb', 'RegisterTargets', { TargetGroupArn, Targets: wanted });
}
