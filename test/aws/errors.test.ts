import { describe, expect, it } from 'vitest';
import {
  explainAwsError,
  explaining,
  namingStackPolicy,
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
    ['aws-credentials', awsError('ExpiredTokenException'), /Run the step again for new credentials/],
    ['aws-credentials', awsError('ExpiredToken'), /EcsCanary\.AWS\.AssumeRoleSessionDurationSeconds/],
    ['aws-credentials', awsError('InvalidClientTokenId'), /EcsCanary\.AWS\.Account/],
    ['aws-credentials', awsError('UnrecognizedClientException'), /EcsCanary\.AWS\.Account/],
    ['aws-credentials', awsError('SignatureDoesNotMatch'), /EcsCanary\.AWS\.Account/],
    [
      'aws-credentials',
      awsError('SignatureDoesNotMatch', 'Signature expired: 1 is now earlier than 2'),
      /worker's clock/,
    ],
    ['aws-credentials', awsError('InvalidSignatureException', 'Signature not yet current: 2'), /worker's clock/],
    ['aws-credentials', awsError('RequestExpired'), /worker's clock/],
    ['aws-credentials', awsError('RequestTimeTooSkewed'), /worker's clock/],
    ['aws-credentials', awsError('OptInRequired'), /EcsCanary\.AWS\.Region, which that account must have enabled/],
    ['aws-credentials', awsError('InvalidClientTokenId'), /EcsCanary\.AWS\.Region/],
    ['aws-credentials', Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), /EcsCanary\.AWS/],
    ['aws-throttled', awsError('Throttling'), /waits and retries/],
    ['aws-throttled', awsError('ThrottlingException'), /waits and retries/],
    ['aws-throttled', awsError('TooManyRequestsException'), /waits and retries/],
    ['aws-throttled', awsError('RequestLimitExceeded'), /waits and retries/],
    ['aws-unreachable', awsError('InternalFailure', 'oops', 500), /Health Dashboard/],
    ['aws-unreachable', awsError('ServerException', 'oops', 500), /Health Dashboard/],
    ['aws-unreachable', awsError('ServiceUnavailable', 'oops', 503), /Health Dashboard/],
    ['aws-unreachable', awsError('Unheard', 'bad gateway', 502), /proxy, VPC endpoints, DNS/],
    ['aws-unreachable', awsError('RuleNotFound', 'One or more rules not found'), /A listener rule was deleted/],
    ['aws-unreachable', networkError('ECONNREFUSED'), /proxy, VPC endpoints, DNS/],
    ['aws-unreachable', networkError('ENOTFOUND'), /EcsCanary\.AWS\.Region/],
    ['aws-unreachable', networkError('EAI_AGAIN'), /DNS/],
    ['aws-untrusted', networkError('SELF_SIGNED_CERT_IN_CHAIN'), /NODE_EXTRA_CA_CERTS/],
    ['aws-unreachable', networkError('UND_ERR_SOCKET'), /correct, then run the step again/],
    ['aws-unreachable', Object.assign(new Error('slow'), { name: 'TimeoutError' }), /correct, then run the step again/],
    ['aws-refused', awsError('ValidationError', 'Stack is in UPDATE_IN_PROGRESS state'), /Correct what AWS reports/],
    ['aws-refused', awsError('TooManyRules'), /Correct what AWS reports/],
    ['aws-refused', awsError('ClusterNotFoundException'), /Correct what AWS reports/],
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

describe('a denied permission', () => {
  const said = (end: string, action = 'iam:PassRole') =>
    `User: arn:aws:sts::123456789012:assumed-role/octopus/i is not authorized to perform: ${action} on resource: arn:aws:iam::123456789012:role/x ${end}`;

  it.each([
    ['because no identity-based policy allows the iam:PassRole action', /^Allow iam:PassRole in the IAM policy/],
    ['', /^Allow iam:PassRole in the IAM policy/],
    [
      'with an explicit deny in an identity-based policy',
      /^A policy explicitly denies iam:PassRole\. Remove that statement/,
    ],
    ['with an explicit deny', /^A policy explicitly denies iam:PassRole/],
    [
      'with an explicit deny in a service control policy',
      /^A service control policy denies iam:PassRole\. Ask its administrator/,
    ],
    [
      'because no service control policy allows the iam:PassRole action',
      /^A service control policy denies iam:PassRole/,
    ],
    ['with an explicit deny in a resource control policy', /^A resource control policy denies iam:PassRole/],
    ['because no permissions boundary allows the iam:PassRole action', /^A permissions boundary denies iam:PassRole/],
    ['because no session policy allows the iam:PassRole action', /^A session policy denies iam:PassRole/],
    ['because no VPC endpoint policy allows the iam:PassRole action', /^A VPC endpoint policy denies iam:PassRole/],
  ])('that AWS explains with "%s"', (end, hint) => {
    const error = awsError('AccessDenied', said(end), 403);
    expect(explainAwsError('cloudformation:UpdateStack', error)).toMatchObject({
      code: 'aws-access-denied',
      hint: expect.stringMatching(hint),
    });
  });

  it('is the operation itself when AWS names none', () => {
    const error = awsError('AccessDeniedException', 'denied');
    expect(explainAwsError('ecs:ListTasks', error)).toMatchObject({
      hint: expect.stringMatching(/^Allow ecs:ListTasks/),
    });
  });

  it('of CloudFormation itself is told with the policies for it, and other reasons stay as they are', () => {
    const reason = `Resource handler returned message: "${said('', 'ecs:CreateTaskSet')}"`;
    expect(namingStackPolicy(reason)).toBe(`${reason} (CloudFormation needs policies/cloudformation-*.json)`);
    expect(namingStackPolicy('Resource update cancelled')).toBe('Resource update cancelled');
    for (const other of [
      'You are not authorized to perform this operation. Encoded authorization failure message: abc',
      'Resource handler returned message: "Access denied for operation \'AWS::ECS::Service\'."',
      '(Service: Ecs, Status Code: 400; Error Code: AccessDeniedException)',
    ])
      expect(namingStackPolicy(other)).toContain('policies/cloudformation-*.json');
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

it('what a parser quotes from a response is not repeated, because it may be a secret', () => {
  for (const text of [
    '{"value": hunter2}',
    '[1]hunter2',
    `{"a":"${'b'.repeat(50)}" "hunter2"}`,
    '{\n"value":\nhunter2\n}',
  ]) {
    const error = (() => {
      try {
        return JSON.parse(text);
      } catch (thrown) {
        return Object.assign(thrown as Error, { $metadata: { httpStatusCode: 200 } });
      }
    })();
    expect(error).toBeInstanceOf(SyntaxError);
    const { message } = explainAwsError('ecs:DescribeTaskDefinition', error) as OperatorError;
    expect(message).toMatch(/^ecs:DescribeTaskDefinition failed: the response \(HTTP status 200\) is not from AWS/);
    expect(message).not.toMatch(/unter2/);
  }
});
