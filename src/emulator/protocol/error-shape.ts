import type { ServiceName } from '../contract/service.ts';

/** The name that JSON and CBOR give an error of CloudWatch, whose codes are those of AWS query, its first protocol. */
export function errorShape(service: ServiceName | undefined, code: string): string {
  return (service === 'cloudwatch' ? cloudWatchShapes[code] : undefined) ?? code;
}

const cloudWatchShapes: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InvalidFormat: 'InvalidFormatFault',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
  Throttling: 'ThrottlingException',
  ValidationError: 'ValidationException',
};
