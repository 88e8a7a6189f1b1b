import { AwsError } from '../contract/aws-error.ts';

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const invalidConfiguration = (message: string): AwsError => new AwsError('InvalidConfigurationRequest', message);

export const invalidAction = (message: string): AwsError => new AwsError('InvalidLoadBalancerAction', message);

export const operationNotPermitted = (message: string): AwsError => new AwsError('OperationNotPermitted', message);

export const targetGroupNotFound = (arn?: string): AwsError =>
  new AwsError('TargetGroupNotFound', arn ? `Target group '${arn}' not found` : 'One or more target groups not found');

export const listenerNotFound = (): AwsError => new AwsError('ListenerNotFound', 'One or more listeners not found');

export const ruleNotFound = (): AwsError => new AwsError('RuleNotFound', 'One or more rules not found');

export const loadBalancerNotFound = (names?: readonly string[]): AwsError =>
  new AwsError(
    'LoadBalancerNotFound',
    names ? `Load balancers '[${names.join(', ')}]' not found` : 'One or more load balancers not found',
  );
