import { describe, expect, it } from 'vitest';
import {
  explainAwsError,
  explaining,
  saysMissingStack,
  saysNoUpdates,
  saysRuleNotFound,
} from '../../src/aws/errors.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';

/** An error as the SDK throws it. */
function awsError(name: string, message = 'as AWS says', status = 400): Error {
  const error = new Error(message);
  return Object.assign(error, { name, $fault: 'client', $metadata: { httpStatusCode: status } });
}

const networkError = (code: string) => Object.assign(new Error('connect failed'), { code });

describe('an AWS error becomes', () => {
  it.each<[string, Error, RegExp]>([
    ['aws-access-denied', awsError('AccessDeniedException'), /Allow ecs:TagResource in the IAM policy/],
    ['aws-access-denied', awsError('AccessDenied'), /Allow ecs:TagResource/],
    ['aws-access-denied', awsError('UnauthorizedOperation'), /Allow ecs:TagResource/],
    ['aws-credentials', awsError('ExpiredTokenException'), /run the step again for fresh ones/],
    ['aws-credentials', awsError('ExpiredToken'), /EcsCanary\.AWS\.Account/],
    ['aws-credentials', awsError('InvalidClientTokenId'), /EcsCanary\.AWS\.Account/],
    ['aws-credentials', awsError('UnrecognizedClientException'), /EcsCanary\.AWS\.Account/],
    ['aws-credentials', awsError('SignatureDoesNotMatch'), /EcsCanary\.AWS\.Account/],
    ['aws-credentials', Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), /EcsCanary\.AWS/],
    ['aws-throttled', awsError('Throttling'), /waits and tries again/],
    ['aws-throttled', awsError('ThrottlingException'), /waits and tries again/],
    ['aws-throttled', awsError('TooManyRequestsException'), /waits and tries again/],
    ['aws-throttled', awsError('RequestLimitExceeded'), /waits and tries again/],
    ['aws-unreachable', awsError('InternalFailure', 'oops', 500), /health dashboard/],
    ['aws-unreachable', awsError('ServerException', 'oops', 500), /health dashboard/],
    ['aws-unreachable', awsError('ServiceUnavailable', 'oops', 503), /health dashboard/],
    ['aws-unreachable', awsError('Unheard', 'bad gateway', 502), /proxy, VPC endpoints, DNS/],
    ['aws-unreachable', networkError('ECONNREFUSED'), /proxy, VPC endpoints, DNS/],
    ['aws-unreachable', networkError('ENOTFOUND'), /EcsCanary\.AWS\.Region/],
    ['aws-unreachable', networkError('EAI_AGAIN'), /DNS/],
    ['aws-untrusted', networkError('SELF_SIGNED_CERT_IN_CHAIN'), /NODE_EXTRA_CA_CERTS/],
    ['aws-unreachable', networkError('UND_ERR_SOCKET'), /run again/],
    ['aws-unreachable', Object.assign(new Error('slow'), { name: 'TimeoutError' }), /run again/],
    ['aws-refused', awsError('ValidationError', 'Stack is in UPDATE_IN_PROGRESS state'), /Read what AWS says/],
    ['aws-refused', awsError('TooManyRules'), /Read what AWS says/],
    ['aws-refused', awsError('ClusterNotFoundException'), /Read what AWS says/],
  ])('%s for %s', (code, error, hint) => {
    const explained = explainAwsError('ecs:TagResource', error);
    expect(explained).toMatchObject({ code, hint: expect.stringMatching(hint), cause: error });
    expect((explained as OperatorError).message).toMatch(/^ecs:TagResource failed: /);
    expect((explained as OperatorError).message).toContain(error.message);
  });

  it('itself when it is ours already, or a defect', async () => {
    const ours = new OperatorError('timed-out', 'late', 'Go on.');
    expect(explainAwsError('ecs:TagResource', ours)).toBe(ours);
    const defect = new TypeError('undefined is not a function');
    expect(explainAwsError('ecs:TagResource', defect)).toBe(defect);
    const misuse = networkError('ERR_INVALID_ARG_TYPE');
    expect(explainAwsError('ecs:TagResource', misuse)).toBe(misuse);
    await expect(explaining('ecs:TagResource', () => Promise.reject(defect))).rejects.toBe(defect);
  });
});

describe('what AWS says in its messages', () => {
  it.each<[(error: unknown) => boolean, Error, boolean]>([
    [saysMissingStack, awsError('ValidationError', 'Stack with id canary does not exist'), true],
    [saysMissingStack, awsError('ValidationError', 'Stack [canary] does not exist'), true],
    [saysMissingStack, awsError('ValidationError', 'Template format error'), false],
    [saysMissingStack, awsError('AccessDenied', 'role does not exist'), false],
    [saysNoUpdates, awsError('ValidationError', 'No updates are to be performed.'), true],
    [saysNoUpdates, awsError('ValidationError', 'Stack is in UPDATE_IN_PROGRESS state'), false],
    [saysRuleNotFound, awsError('RuleNotFoundException'), true],
    [saysRuleNotFound, awsError('RuleNotFound'), true],
    [saysRuleNotFound, awsError('ListenerNotFound'), false],
  ])('%o of %s: %s', (says, error, answer) => {
    expect(says(error)).toBe(answer);
  });
});
