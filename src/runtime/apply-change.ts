import type { Aws } from '../aws/aws.ts';
import type { Change, Receipt } from '../canary/change.ts';
import { actionsWithWeights, presentActions } from '../canary/listener-rule.ts';

/**
 * Applies one change: a single AWS write.
 * @param token identifies a stack operation, so that a repeated request starts no second one
 */
export async function applyChange(aws: Aws, change: Change, token: string): Promise<Receipt> {
  switch (change.kind) {
    case 'set-weights':
      return {
        outcome: 'accepted',
        requestId: await aws.loadBalancing.modifyActions(
          change.rule,
          actionsWithWeights(change.rule, change.groups, change.weights),
        ),
      };
    case 'prove-way-back':
      await aws.loadBalancing.modifyActions(change.rule, presentActions(change.rule));
      return accepted;
    case 'tag-stable':
      await aws.ecs.tagStable(change.serviceArn, change.colour, change.greenIdleSince, change.entry);
      return accepted;
    case 'acquire-lock':
      await aws.ecs.acquireLock(change.serviceArn, change.text, change.entry);
      return accepted;
    case 'record-green':
      await aws.ecs.acquireLock(change.serviceArn, change.text);
      return accepted;
    case 'release-lock':
      await aws.ecs.releaseLock(change.serviceArn);
      return accepted;
    case 'record':
      await aws.ecs.record(change.serviceArn, { ...change.tags, ...change.entry });
      return accepted;
    case 'scale-task-set':
      await aws.ecs.scaleTaskSet(change.cluster, change.serviceArn, change.taskSetId, change.percent);
      return accepted;
    case 'create-stack':
      await aws.cloudFormation.createStack(change.submission, token);
      return accepted;
    case 'update-stack':
      return {
        outcome:
          (await aws.cloudFormation.updateStack(change.submission, token)) === 'unchanged' ? 'unchanged' : 'accepted',
      };
    case 'delete-stack':
      await aws.cloudFormation.deleteStack(change.name, change.roleArn);
      return accepted;
    case 'cancel-stack-update':
      await aws.cloudFormation.cancelUpdate(change.name, token);
      return accepted;
    case 'create-test-rule':
      await aws.loadBalancing.createRule(change.rule);
      return accepted;
    case 'delete-rule':
      await aws.loadBalancing.deleteRule(change.arn);
      return accepted;
  }
}

const accepted: Receipt = { outcome: 'accepted' };
