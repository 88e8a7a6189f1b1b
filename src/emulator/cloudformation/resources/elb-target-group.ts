import { AwsError } from '../../contract/aws-error.ts';
import { fullName, retagElb } from './elb-tags.ts';
import { HandlerFailure, type ResourceHandler } from './handler.ts';
import { pick, type Shape, toPascal } from './shape.ts';
import { tagsOf } from './tags.ts';

const createOnly = ['TargetType', 'ProtocolVersion', 'Port', 'Name', 'VpcId', 'Protocol', 'IpAddressType'];
const healthCheck =
  'HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort HealthCheckProtocol HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount Matcher'.split(
    ' ',
  );

const shape: Shape = {
  Port: 'number',
  HealthCheckEnabled: 'flag',
  HealthCheckIntervalSeconds: 'number',
  HealthCheckTimeoutSeconds: 'number',
  HealthyThresholdCount: 'number',
  UnhealthyThresholdCount: 'number',
};

interface TargetGroupView {
  readonly TargetGroupArn: string;
  readonly TargetGroupName: string;
}

/** AWS::ElasticLoadBalancingV2::TargetGroup. `LoadBalancerArns` is empty, as on creation. */
export const targetGroupHandler: ResourceHandler = {
  properties: [...createOnly, ...healthCheck, 'TargetGroupAttributes', 'Tags'],
  required: [],
  createOnly,
  attributes: ['TargetGroupArn', 'TargetGroupFullName', 'TargetGroupName', 'LoadBalancerArns'],
  taggable: true,
  create: async (context, properties) => {
    const tags = tagsOf(properties);
    const Name =
      properties['Name'] ?? `${context.stackName.slice(0, 5)}-${context.logicalId.slice(0, 5)}-${context.id(12)}`;
    const answer = await context.call<{ TargetGroups: TargetGroupView[] }>('elb', 'CreateTargetGroup', {
      ...(toPascal(pick(properties, [...createOnly, ...healthCheck]), shape) as object),
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
