import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { facing } from '../support/foreign-aws.ts';
import { recordingAws, result } from '../support/recording-aws.ts';

const listener = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/lb1/listener1';

/** AWS that refuses every call of the query protocol like this. */
function refusing(code: string, message: string, status = 400): Promise<Aws> {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return facing((_, response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body));
}

describe('what is gone', () => {
  it.each(['RuleNotFound', 'RuleNotFoundException'])('a rule (%s) need not be removed', async (code) => {
    const { loadBalancing } = await refusing(code, 'One or more rules not found');
    await expect(loadBalancing.deleteRule('arn:rule')).resolves.toBeUndefined();
    // Its weights, though, cannot be changed any more, which another look at the rules shows.
    await expect(loadBalancing.modifyActions({ arn: 'arn:rule', priority: '10' }, [])).rejects.toMatchObject({
      code: 'aws-unreachable',
    });
  });

  it.each(['ListenerNotFound', 'ListenerNotFoundException'])('a listener (%s) has no rules', async (code) => {
    const { loadBalancing } = await refusing(code, 'One or more listeners not found');
    expect(await loadBalancing.listRules(listener)).toEqual([]);
    await expect(loadBalancing.deleteRule('arn:rule')).rejects.toMatchObject({ code: 'aws-refused' });
  });

  it('a stack is none, and neither has resources nor events', async () => {
    const { cloudFormation } = await refusing('ValidationError', 'Stack with id shop does not exist');
    expect(await cloudFormation.describeStack('shop')).toBeUndefined();
    expect(await cloudFormation.listResources('shop')).toBeUndefined();
    expect(await cloudFormation.listEvents('shop', 'token', undefined)).toEqual([]);
    expect(await cloudFormation.latestToken('shop')).toBe('');
    for (const ask of [
      cloudFormation.readTemplate('shop'),
      cloudFormation.deleteStack('shop'),
      cloudFormation.cancelUpdate('shop', 'token'),
    ])
      await expect(ask).rejects.toMatchObject({ code: 'aws-refused' });
  });

  it('a stack that AWS still shows by its id after its deletion is none either', async () => {
    const showing = async (status: string) => {
      const stack = `<member><StackId>arn:stack</StackId><StackName>shop</StackName><StackStatus>${status}</StackStatus></member>`;
      const { aws } = await recordingAws(() => result('DescribeStacks', `<Stacks>${stack}</Stacks>`));
      return (await aws.cloudFormation.describeStack('arn:stack'))?.status;
    };
    expect(await showing('DELETE_COMPLETE')).toBeUndefined();
    for (const status of ['DELETE_IN_PROGRESS', 'DELETE_FAILED', 'CREATE_COMPLETE'])
      expect(await showing(status)).toBe(status);
  });
});

describe('an update', () => {
  const submission = { name: 'shop', templateBody: '{}', parameters: {}, capabilities: [] };

  it('that would change nothing is none, and any other refusal is one', async () => {
    const idle = await refusing('ValidationError', 'No updates are to be performed.');
    expect(await idle.cloudFormation.updateStack(submission, 'token')).toBe('unchanged');
    await expect(idle.cloudFormation.createStack(submission, 'token')).rejects.toMatchObject({ code: 'aws-refused' });
    const busy = await refusing('ValidationError', 'Stack is in UPDATE_IN_PROGRESS state and can not be updated.');
    await expect(busy.cloudFormation.updateStack(submission, 'token')).rejects.toMatchObject({ code: 'aws-refused' });
  });

  it.each([
    [400, 'aws-refused'],
    [499, 'aws-refused'],
    [500, 'aws-unreachable'],
    [501, 'aws-unreachable'],
    [503, 'aws-unreachable'],
  ])('that is refused with a code of which nobody heard and the status %d is %s', async (status, code) => {
    const { cloudFormation } = await refusing('Unheard', 'of', status);
    await expect(cloudFormation.updateStack(submission, 'token')).rejects.toMatchObject({ code });
  });
});

describe('a task set', () => {
  it.each([
    ['STEADY_STATE', true],
    ['STABILIZING', false],
    ['', false],
    [undefined, false],
  ])('whose stability AWS calls %j is steady: %s', async (stabilityStatus, steady) => {
    const { aws } = await recordingAws(() =>
      JSON.stringify({ services: [{ taskSets: [{ id: 'a', stabilityStatus }] }] }),
    );
    expect((await aws.ecs.describeService('main', 'arn:service'))?.taskSets).toMatchObject([{ id: 'a', steady }]);
  });
});
