/** What the built-in stack template is made from; blank text and empty lists mean "not given". */
export interface StackSettings {
  readonly image: string;
  readonly containerName: string;
  readonly containerPort: number;
  /** CPU units; 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly cpuArchitecture: 'X86_64' | 'ARM64';
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable to the ARN of a Secrets Manager secret or an SSM parameter. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  /** Undefined keeps no logs; blank stands for a log group that the stack creates and CloudFormation names after it. */
  readonly logGroup: string | undefined;
  /** Days, for a log group that the stack creates; undefined where one with a name exists already. */
  readonly logRetentionDays: number | undefined;
  readonly taskFamily: string;

  /** Name or ARN. */
  readonly cluster: string;
  readonly serviceName: string;
  readonly desiredCount: number;
  readonly vpcId: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
  readonly launchType: 'FARGATE' | 'EC2';
  /** Capacity provider to weight; when given, the launch type is not used. */
  readonly capacityProviders: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;

  readonly loadBalancerArn: string;
  /** An existing listener; blank lets the stack create one. */
  readonly listenerArn: string;
  /** Undefined: the usual one of the protocol. */
  readonly listenerPort: number | undefined;
  /** Of an HTTPS listener; blank makes an HTTP listener. */
  readonly certificateArn: string;
  /** Whether a second listener on port 80 redirects to the stack's own HTTPS listener. */
  readonly httpRedirect: boolean;
  readonly rulePriority: number;
  readonly pathPatterns: readonly string[];
  readonly hostHeaders: readonly string[];
  /** Seconds a visitor stays with one colour; 0 is off. */
  readonly stickinessSeconds: number;

  readonly healthCheckPath: string;
  readonly healthCheckIntervalSeconds: number;
  readonly healthCheckTimeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly healthCheckMatcher: string;
  readonly deregistrationDelaySeconds: number;

  /** The stable task definition's ARN; without it blue starts with the stack's own task definition. */
  readonly pinnedBlueTaskDefinition?: string;
  /** Green's share of the desired count, in percent; 100 when absent. */
  readonly greenScalePercent?: number;
}

/** The parameter name that the operator sees for a setting. */
export type NameOf = (setting: keyof StackSettings) => string;

/** Protocol and port of the listener that the stack creates. */
export function ownListenerOf({
  certificateArn,
  listenerPort,
}: Pick<StackSettings, 'certificateArn' | 'listenerPort'>): {
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
} {
  const encrypted = certificateArn !== '';
  return { protocol: encrypted ? 'HTTPS' : 'HTTP', port: listenerPort ?? (encrypted ? 443 : 80) };
}

/** Whether the tasks run on Fargate, by launch type or by capacity provider. */
export function runsOnFargate(settings: StackSettings): boolean {
  const providers = Object.keys(settings.capacityProviders);
  return providers.length > 0 ? providers.some(isFargateProvider) : settings.launchType === 'FARGATE';
}

/** Where the container's output goes: nowhere, to a log group that exists, or to one that the stack creates. */
export function logTarget(settings: StackSettings): 'none' | 'existing' | 'created' {
  const { logGroup, logRetentionDays, executionRoleArn } = settings;
  if (logGroup === undefined) return 'none';
  if (logRetentionDays !== undefined) return 'created';
  if (logGroup !== '') return 'existing';
  // Fargate refuses a task definition that logs without an execution role.
  return executionRoleArn === '' && runsOnFargate(settings) ? 'none' : 'created';
}

/** Fargate's two capacity providers have reserved names. */
export function isFargateProvider(name: string): boolean {
  return name === 'FARGATE' || name === 'FARGATE_SPOT';
}
