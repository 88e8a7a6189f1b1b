/** Every code an OperatorError may carry, with the sentence the error reference prints for it. */
export const errorCatalogue = {
  'invalid-parameters': 'One or more step parameters are missing or unusable. Nothing was written.',
  'invalid-template':
    'The CloudFormation template cannot be read or lacks the shape that a canary needs. Nothing was written.',
  'template-too-large': 'The CloudFormation template is larger than the 51,200 bytes that AWS accepts inline.',
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
