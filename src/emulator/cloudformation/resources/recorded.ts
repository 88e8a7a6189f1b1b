import type { Properties } from '../template/template.ts';
import type { Attributes, HandlerContext, PhysicalResource, ResourceHandler } from './handler.ts';

type Name = (context: HandlerContext, properties: Properties) => PhysicalResource;

const logGroupProperties =
  'BearerTokenAuthenticationEnabled DataProtectionPolicy DeletionProtectionEnabled FieldIndexPolicies KmsKeyId LogGroupClass LogGroupName ResourcePolicyDocument RetentionInDays Tags'.split(
    ' ',
  );
const roleProperties =
  'AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary Policies RoleName Tags'.split(
    ' ',
  );

/** AWS::Logs::LogGroup: only a name and an ARN; stores no logs. */
export const logGroupHandler: ResourceHandler = {
  ...recorded(logGroupProperties, [], ['LogGroupName'], ['Arn'], (context, properties) => {
    const name = String(properties['LogGroupName'] ?? generatedName(context));
    const { region, accountId, partition } = context.options;
    return {
      physicalId: name,
      attributes: { Arn: `arn:${partition}:logs:${region}:${accountId}:log-group:${name}:*` },
    };
  }),
};

/** AWS::IAM::Role: only a name and an ARN; grants and checks nothing. */
export const roleHandler: ResourceHandler = {
  ...recorded(
    roleProperties,
    ['AssumeRolePolicyDocument'],
    ['Path', 'RoleName'],
    ['Arn', 'RoleId'],
    (context, properties) => {
      const name = String(properties['RoleName'] ?? generatedName(context));
      const path = String(properties['Path'] ?? '/');
      const { accountId, partition } = context.options;
      const Arn = `arn:${partition}:iam::${accountId}:role${path}${name}`;
      return { physicalId: name, attributes: { Arn, RoleId: `AROA${context.id(17).toUpperCase()}` } };
    },
  ),
  capability: (properties) => (properties['RoleName'] === undefined ? 'CAPABILITY_IAM' : 'CAPABILITY_NAMED_IAM'),
};

/** AWS::EC2::SecurityGroup: only an id; filters nothing. */
export const securityGroupHandler: ResourceHandler = recorded(
  ['GroupDescription', 'GroupName', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Tags', 'VpcId'],
  ['GroupDescription'],
  ['GroupDescription', 'GroupName', 'VpcId'],
  ['GroupId', 'VpcId', 'Id'],
  (context, properties) => {
    const id = `sg-${context.id(17)}`;
    return { physicalId: id, attributes: { GroupId: id, Id: id, VpcId: String(properties['VpcId'] ?? '') } };
  },
);

/** A type that is only recorded: create gives it an id, update and delete just succeed. */
function recorded(
  properties: readonly string[],
  required: readonly string[],
  createOnly: readonly string[],
  attributes: readonly string[],
  name: Name,
): ResourceHandler {
  return {
    properties,
    required,
    createOnly,
    attributes,
    taggable: true,
    create: async (context, values) => name(context, values),
    update: async (_, resource): Promise<Attributes> => resource.attributes,
    delete: async () => {},
  };
}

function generatedName(context: HandlerContext): string {
  return `${context.stackName}-${context.logicalId}-${context.id(12)}`;
}
