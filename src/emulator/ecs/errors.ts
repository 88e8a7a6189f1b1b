import { AwsError } from '../contract/aws-error.ts';

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message);

export const clientException = (message: string): AwsError => new AwsError('ClientException', message);

/** For features of AWS that the emulator lacks. */
export const unsupported = (message: string): AwsError =>
  new AwsError('UnsupportedFeatureException', `The emulator does not support ${message}`);

export const clusterNotFound = (): AwsError => new AwsError('ClusterNotFoundException', 'Cluster not found.');

export const serviceNotFound = (): AwsError => new AwsError('ServiceNotFoundException', 'Service not found.');

export const serviceNotActive = (): AwsError => new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');

export const taskSetNotFound = (): AwsError =>
  new AwsError('TaskSetNotFoundException', 'The specified task set does not exist.');
